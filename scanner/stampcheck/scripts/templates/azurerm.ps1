# --- How ARM is asked with the AzureRM modules, which have no cmdlet for a plain GET ---

[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

function Get-ContextList {
    return @(@(Get-AzureRmContext) | Where-Object { $null -ne $_ })
}

# The token stays in memory: it is neither written nor shown.
function Get-Bearer {
    $signIn = [Microsoft.Azure.Commands.Common.Authentication.Abstractions.AzureRmProfileProvider]::Instance.Profile
    $client = [Microsoft.Azure.Commands.ResourceManager.Common.RMProfileClient]::new($signIn)
    return 'Bearer ' + $client.AcquireAccessToken($script:Context.Tenant.Id).AccessToken
}

# One GET. A refusal is an answer; only where no HTTP answer came is the status 0.
function Get-Answer([string] $Url) {
    $moment = Get-Moment
    try {
        $headers = @{ Authorization = (Get-Bearer); Accept = 'application/json' }
        $response = Invoke-WebRequest -UseBasicParsing -Method Get -Uri $Url -Headers $headers -MaximumRedirection 0 -TimeoutSec 300 -ErrorAction Stop
        # Content is decoded as Latin-1 where the answer names no character set.
        $content = [Text.Encoding]::UTF8.GetString($response.RawContentStream.ToArray())
        return @{ Status = [int]$response.StatusCode; Content = $content; AskedAt = $moment }
    } catch {
        return Get-Refusal $_ $moment
    }
}

function Get-Refusal($Failure, [string] $AskedAt) {
    $response = $null
    if ($Failure.Exception.PSObject.Properties['Response']) { $response = $Failure.Exception.Response }
    if ($null -eq $response) { return Get-NoAnswer $Failure.Exception.Message $AskedAt }
    $content = ''
    if ($null -ne $Failure.ErrorDetails) { $content = [string]$Failure.ErrorDetails.Message }
    try {
        $stream = $response.GetResponseStream()
        $stream.Position = 0
        $read = [IO.StreamReader]::new($stream, [Text.Encoding]::UTF8).ReadToEnd()
        if ($read -ne '') { $content = $read }
    } catch {
        Write-Verbose 'the body of the refusal was read already'
    }
    return @{ Status = [int]$response.StatusCode; Content = $content; AskedAt = $AskedAt }
}

$script:SignIn = 'Connect-AzureRmAccount'
