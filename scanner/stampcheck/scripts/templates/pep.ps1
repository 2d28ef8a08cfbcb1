# --- The privileged endpoint ---

# Of the stamp information only these; no certificates, no hardware.
$script:StampTexts = @('StampVersion', 'InitialDeployedVersion', 'OemVersion', 'DeploymentID', 'CloudID',
    'CloudName', 'IdentitySystem', 'AADTenantID', 'RegionName', 'ExternalDomainFQDN', 'Topology')
$script:StampMaps = @('AdminExternalEndpoints', 'TenantExternalEndpoints')

function Get-MapText($Map) {
    $pairs = @()
    if ($Map -is [Collections.IDictionary]) {
        foreach ($key in @($Map.Keys)) { $pairs += (Get-JsonText $key) + ': ' + (Get-JsonText $Map[$key]) }
    } else {
        foreach ($property in $Map.PSObject.Properties) {
            $pairs += (Get-JsonText $property.Name) + ': ' + (Get-JsonText $property.Value)
        }
    }
    return '{' + ($pairs -join ', ') + '}'
}

function Get-StampText($Information) {
    $fields = @()
    foreach ($name in $script:StampTexts) {
        $value = $Information.$name
        if ($null -ne $value) { $fields += (Get-JsonText $name) + ': ' + (Get-JsonText $value) }
    }
    foreach ($name in $script:StampMaps) {
        $value = $Information.$name
        if ($null -ne $value) { $fields += (Get-JsonText $name) + ': ' + (Get-MapText $value) }
    }
    $nodes = $Information.NumberOfNodes
    if ($null -ne $nodes) { $fields += '"NumberOfNodes": ' + [string][int]$nodes }
    return '{' + ($fields -join ', ') + '}'
}

# The session is removed whatever happens. The answer came over HTTP, hence the status 200.
function Get-StampInformation([string] $Endpoint) {
    $moment = Get-Moment
    $session = $null
    try {
        $credential = Get-Credential -Message 'CloudAdmin of the stamp, as DOMAIN\user'
        $option = New-PSSessionOption -Culture 'en-US' -UICulture 'en-US'
        $session = New-PSSession -ComputerName $Endpoint -ConfigurationName PrivilegedEndpoint -Credential $credential -SessionOption $option -ErrorAction Stop
        $found = @(Invoke-Command -Session $session -ScriptBlock { Get-AzureStackStampInformation } -WarningAction SilentlyContinue -ErrorAction Stop)
        if ($found.Count -ne 1) { return Get-NoAnswer "the privileged endpoint gave $($found.Count) objects instead of one" $moment }
        $information = $found[0]
        if ($information -is [string]) { $information = ConvertFrom-Json -InputObject $information }
        return @{ Status = 200; Content = (Get-StampText $information); AskedAt = $moment }
    } catch {
        return Get-NoAnswer $_.Exception.Message $moment
    } finally {
        if ($null -ne $session) { Remove-PSSession -Session $session }
    }
}
