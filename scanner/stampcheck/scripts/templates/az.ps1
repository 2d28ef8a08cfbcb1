# --- How ARM is asked with the Az modules ---

function Get-ContextList {
    return @(@(Get-AzContext) + @(Get-AzContext -ListAvailable) | Where-Object { $null -ne $_ })
}

# One GET. A refusal is an answer; only where no HTTP answer came is the status 0.
function Get-Answer([string] $Url) {
    $moment = Get-Moment
    try {
        $path = $Url.Substring($script:Arm.Length)
        $response = Invoke-AzRestMethod -Method GET -Path $path -DefaultProfile $script:Context -ErrorAction Stop
        return @{ Status = [int]$response.StatusCode; Content = [string]$response.Content; AskedAt = $moment }
    } catch {
        return Get-NoAnswer $_.Exception.Message $moment
    }
}

$script:SignIn = 'Connect-AzAccount'
