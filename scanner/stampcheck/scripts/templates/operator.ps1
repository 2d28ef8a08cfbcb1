#Requires -Version 5.1
<#
.SYNOPSIS
Describes the PowerShell of the machine that registers an Azure Stack Hub, as evidence for
stampcheck.

.DESCRIPTION
It only reads, and writes one new file: language mode, PowerShell, the versions of the Azure
modules, the registration tools, and which account, subscription and tenant this PowerShell is
signed in to. No token or password is read. Run it as the operator, in the very PowerShell that is
to run the registration, since another one may have another language mode. It calls no method of
.NET, so that it runs in constrained language too.

.PARAMETER OutputFile
The file to write; an existing one is not overwritten.

.PARAMETER ToolsPath
Folder of AzureStack-Tools, where RegisterWithAzure.psm1 is. Default: the one that is loaded.

.PARAMETER PrivilegedEndpoint
IP addresses of the privileged endpoints; whether this machine reaches their port is then tested.

.PARAMETER Port
The port of the privileged endpoints: 5985, or 5986 where they answer over HTTPS.

.PARAMETER WithRoles
Also reads which roles the account has in its subscription, and what they allow.
#>
[CmdletBinding()]
param(
    [string] $OutputFile = 'operator.json',
    [string] $ToolsPath = '',
    [string[]] $PrivilegedEndpoint = @(),
    [int] $Port = 5985,
    [switch] $WithRoles
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$ModuleNames = @('Az', 'Az.*', 'AzureRM*', 'Azs.*', 'AzureStack*')

# From numbers, since a format would write the year of the local calendar.
function Get-Moment {
    $now = Get-Date
    $offset = Get-Date -Date $now -Format 'zzz'
    $numbers = $now.Year, $now.Month, $now.Day, $now.Hour, $now.Minute, $now.Second
    return ('{0:0000}-{1:00}-{2:00}T{3:00}:{4:00}:{5:00}' -f $numbers) + $offset
}

# Texts stand in quotation marks throughout: what PowerShell decorates would not become a JSON string.
function Get-ModuleText($Module) {
    return @{
        name = "$($Module.Name)"
        version = "$($Module.Version)"
        prerelease = "$($Module.PrivateData.PSData.Prerelease)"
    }
}

function Get-Tool([string] $Folder) {
    $file = Get-Module -Name RegisterWithAzure | Select-Object -First 1 -ExpandProperty Path
    if ($Folder -ne '') {
        $file = Get-ChildItem -LiteralPath $Folder -Recurse -Filter 'RegisterWithAzure.psm1' -ErrorAction SilentlyContinue |
            Select-Object -First 1 -ExpandProperty FullName
    }
    if (-not $file) { return @{ found = $false } }
    $branch = ''
    if ("$file" -match 'AzureStack-Tools-([A-Za-z0-9._-]+)') { $branch = "$($Matches[1])" }
    if ($Folder -ne '') {
        $head = Get-Content -LiteralPath "$Folder/.git/HEAD" -TotalCount 1 -ErrorAction SilentlyContinue
        if ("$head" -match '^ref: refs/heads/(.+)$') { $branch = "$($Matches[1])" }
    }
    $hash = Get-FileHash -LiteralPath $file -Algorithm SHA256 -ErrorAction SilentlyContinue
    return @{ found = $true; path = "$file"; branch = $branch; sha256 = "$($hash.Hash)" }
}

# Nothing but names and ids; the account's own properties may hold tokens and are not looked at.
function Get-ContextText($Context, [string] $Modules) {
    return @{
        modules = $Modules
        account = "$($Context.Account.Id)"
        account_kind = "$($Context.Account.Type)"
        subscription = "$($Context.Subscription.Id)"
        tenant = "$($Context.Tenant.Id)"
        environment = "$($Context.Environment.Name)"
        resource_manager = "$($Context.Environment.ResourceManagerUrl)"
    }
}

function Get-SignIn([string] $Modules) {
    try {
        $context = $null
        if ($Modules -eq 'Az') {
            if (-not (Get-Command -Name Get-AzContext -ErrorAction SilentlyContinue)) { return }
            $context = Get-AzContext
        } else {
            if (-not (Get-Command -Name Get-AzureRmContext -ErrorAction SilentlyContinue)) { return }
            $context = Get-AzureRmContext
        }
        if ($context.Account) { return Get-ContextText $context $Modules }
    } catch {
        return @{ modules = $Modules; problem = "$_" }
    }
}

function Get-Assignment([hashtable] $SignIn) {
    $scope = "/subscriptions/$($SignIn.subscription)"
    $isPerson = $SignIn.account_kind -eq 'User'
    if ($SignIn.modules -eq 'Az') {
        if ($isPerson) { return Get-AzRoleAssignment -SignInName $SignIn.account -ExpandPrincipalGroups -Scope $scope }
        return Get-AzRoleAssignment -ServicePrincipalName $SignIn.account -Scope $scope
    }
    if ($isPerson) { return Get-AzureRmRoleAssignment -SignInName $SignIn.account -ExpandPrincipalGroups -Scope $scope }
    return Get-AzureRmRoleAssignment -ServicePrincipalName $SignIn.account -Scope $scope
}

function Get-Definition([hashtable] $SignIn, [string] $Id) {
    if ($SignIn.modules -eq 'Az') { return Get-AzRoleDefinition -Id $Id }
    return Get-AzureRmRoleDefinition -Id $Id
}

function Get-RoleText([hashtable] $SignIn) {
    try {
        foreach ($assignment in @(Get-Assignment $SignIn)) {
            $definition = Get-Definition $SignIn "$($assignment.RoleDefinitionId)"
            @{
                role = "$($assignment.RoleDefinitionName)"
                scope = "$($assignment.Scope)"
                actions = @($definition.Actions | ForEach-Object { "$_" })
                not_actions = @($definition.NotActions | ForEach-Object { "$_" })
            }
        }
    } catch {
        return @{ problem = "$_" }
    }
}

function Get-Reach([string] $Endpoint, [int] $Number) {
    $answers = $null
    $problem = ''
    try {
        if (Get-Command -Name Test-NetConnection -ErrorAction SilentlyContinue) {
            $answers = Test-NetConnection -ComputerName $Endpoint -Port $Number -InformationLevel Quiet -WarningAction SilentlyContinue
        } elseif ($PSVersionTable.PSEdition -eq 'Core') {
            $answers = Test-Connection -TargetName $Endpoint -TcpPort $Number -Quiet
        }
    } catch {
        $problem = "$_"
    }
    return @{ endpoint = $Endpoint; port = $Number; reachable = $answers; problem = $problem }
}

$signIns = @(foreach ($modules in @('Az', 'AzureRM')) { Get-SignIn $modules })
$roles = @()
if ($WithRoles -and $signIns.Count -gt 0) { $roles = @(Get-RoleText $signIns[0]) }
$body = @{
    language_mode = "$($ExecutionContext.SessionState.LanguageMode)"
    powershell_version = "$($PSVersionTable.PSVersion)"
    powershell_edition = "$($PSVersionTable.PSEdition)"
    modules = @(Get-Module -ListAvailable -Name $ModuleNames -ErrorAction SilentlyContinue | ForEach-Object { Get-ModuleText $_ })
    loaded_modules = @(Get-Module -Name $ModuleNames | ForEach-Object { Get-ModuleText $_ })
    tools = Get-Tool $ToolsPath
    sign_ins = $signIns
    roles_asked = ($WithRoles -eq $true)
    roles = $roles
    privileged_endpoints = @($PrivilegedEndpoint | Where-Object { $_ } | ForEach-Object { Get-Reach $_ $Port })
}
$envelope = @{
    stampcheck = 1
    kind = 'operator'
    request = 'PowerShell of the operator'
    status = 0
    collected_at = Get-Moment
    body = $body
}
ConvertTo-Json -InputObject $envelope -Depth 6 | Out-File -FilePath $OutputFile -Encoding utf8 -NoClobber -Width 8192
"Written to $OutputFile; nothing else was changed. Put it into the folder of the stamp's evidence."
