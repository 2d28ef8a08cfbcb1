# --- One answer: its envelope and its file ---

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:Used = @{}
$script:Refusals = 0

function Get-Moment {
    return [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

# A JSON string. ConvertTo-Json is not used: it turns a string that PowerShell decorated into an object.
function Get-JsonText([string] $Text) {
    $escaped = [regex]::Replace($Text, '[\x00-\x1f"\\\x7f\u2028\u2029]', {
            param($found)
            return '\u{0:x4}' -f [int][char]$found.Value
        })
    return '"' + $escaped + '"'
}

# The answer as it came; as a JSON string where it is no JSON, so that the file always is.
function Get-BodyText([string] $Content) {
    $trimmed = $Content.Trim().TrimStart([char]0xFEFF)
    if ($trimmed -eq '') { return 'null' }
    if ($trimmed[0] -ne '{' -and $trimmed[0] -ne '[') { return Get-JsonText $trimmed }
    try {
        $null = ConvertFrom-Json -InputObject $trimmed
        return $trimmed
    } catch {
        return Get-JsonText $trimmed
    }
}

# What stands for an answer where none came.
function Get-NoAnswer([string] $Message, [string] $AskedAt) {
    $code = 'NoAnswer'
    if ($Message -match 'AADSTS|Connect-Az|Login-Az|expired|credentials') { $code = 'AuthenticationFailed' }
    $content = '{"error": {"code": "' + $code + '", "message": ' + (Get-JsonText $Message) + '}}'
    return @{ Status = 0; Content = $content; AskedAt = $AskedAt }
}

function Get-FilePart([string] $Text) {
    $plain = [regex]::Replace($Text, '[^A-Za-z0-9._-]', '_').TrimStart('.', '-')
    return $plain.Substring(0, [Math]::Min(80, $plain.Length))
}

# A resource id or a name as a piece of a URL; slashes and round brackets stay.
function Get-UrlPath([string] $Text) {
    $parts = foreach ($part in $Text.Split('/')) { [Uri]::EscapeDataString($part) }
    return ($parts -join '/').Replace('%28', '(').Replace('%29', ')')
}

# No two answers of a run share a file.
function Get-FreeName([string] $Name) {
    $free = $Name
    $number = 2
    while ($script:Used.ContainsKey($free.ToLowerInvariant())) {
        $free = "$Name-$number"
        $number += 1
    }
    $script:Used[$free.ToLowerInvariant()] = $true
    return $free
}

function Save-Answer([string] $Kind, [string] $Name, [string] $Url, [hashtable] $Answer) {
    $file = (Get-FreeName $Name) + '.json'
    $text = '{"stampcheck": 1, "kind": ' + (Get-JsonText $Kind) +
        ', "request": ' + (Get-JsonText $Url) +
        ', "status": ' + [string][int]$Answer.Status +
        ', "collected_at": ' + (Get-JsonText $Answer.AskedAt) +
        ', "body": ' + (Get-BodyText $Answer.Content) + "}`n"
    $path = [IO.Path]::Combine($script:Folder, $file)
    [IO.File]::WriteAllText($path, $text, [Text.UTF8Encoding]::new($false))
    Write-Outcome $Kind $file ([int]$Answer.Status)
}

function Write-Outcome([string] $Kind, [string] $File, [int] $Status) {
    $word = "refused ($Status)"
    if ($Status -ge 200 -and $Status -lt 300) { $word = 'collected' }
    elseif ($Status -eq 404) { $word = 'absent (404)' }
    else {
        $script:Refusals += 1
        if ($Status -eq 0) { $word = 'no answer' }
    }
    Write-Host ('{0,-14} {1,-20} {2}' -f $word, $Kind, $File)
}

function Get-Folder([string] $Path) {
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
    $null = [IO.Directory]::CreateDirectory($full)
    return $full
}

function Write-End([string] $Path) {
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
    Write-Host ''
    if ($script:Refusals -gt 0) { Write-Host "$($script:Refusals) of the answers are refusals; they are evidence too." }
    Write-Host "The evidence is in $full. Nothing was changed."
    Write-Host "Hand that folder over, or run: stampcheck scan --from-files `"$full`""
}
