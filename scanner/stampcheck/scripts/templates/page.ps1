# --- Listings: pages are joined as text, so that nothing in them is written anew ---

$script:MaxPages = 200
$script:Marks = '"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[\[\]{}]'

# The text between the brackets of the top-level "value", and the top-level "nextLink".
function Read-Page([string] $Content) {
    $page = @{ Items = $null; Next = '' }
    $depth = 0
    $start = -1
    $name = ''
    foreach ($found in [regex]::Matches($Content, $script:Marks)) {
        $mark = $found.Value
        $first = $mark.Substring(0, 1)
        if ($first -eq '"') {
            if ($depth -ne 1) { continue }
            if ($found.Groups[1].Success) { $name = $mark.TrimEnd(':').Trim() }
            elseif ($name -eq '"nextLink"') { $page.Next = [string](ConvertFrom-Json -InputObject ('{"link": ' + $mark + '}')).link }
        } elseif ($first -eq '{' -or $first -eq '[') {
            $depth += 1
            if ($depth -eq 2 -and $first -eq '[' -and $name -eq '"value"') { $start = $found.Index + 1 }
        } else {
            $depth -= 1
            if ($depth -eq 1 -and $start -ge 0) {
                $page.Items = $Content.Substring($start, $found.Index - $start).Trim()
                $start = -1
            }
        }
    }
    return $page
}

# The link as a URL of the host that was asked first; nothing where it leads elsewhere.
function Get-SameHost([string] $Link) {
    $uri = $null
    if (-not [Uri]::TryCreate($Link, [UriKind]::Absolute, [ref]$uri)) { return '' }
    $own = [Uri]$script:Arm
    if ($uri.Scheme -ne $own.Scheme -or $uri.Authority -ne $own.Authority) { return '' }
    return $script:Arm + $uri.PathAndQuery
}

# A listing with all its pages as one answer; one that is cut off keeps its nextLink, which says so.
function Get-Listing([string] $Url) {
    $answer = Get-Answer $Url
    if ($answer.Status -ne 200) { return $answer }
    $page = Read-Page $answer.Content
    if ($page.Next -eq '' -or $null -eq $page.Items) { return $answer }
    $all = @($page.Items | Where-Object { $_ -ne '' })
    $count = 1
    while ($page.Next -ne '' -and $count -lt $script:MaxPages) {
        $more = Get-SameHost $page.Next
        if ($more -eq '') { break }
        $next = Get-Answer $more
        if ($next.Status -ne 200) { break }
        $read = Read-Page $next.Content
        if ($null -eq $read.Items) { break }
        $page = $read
        if ($page.Items -ne '') { $all += $page.Items }
        $count += 1
    }
    $answer.Content = '{"value": [' + ($all -join ', ') + ']'
    if ($page.Next -ne '') {
        $answer.Content += ', "nextLink": ' + (Get-JsonText $page.Next)
        $script:Refusals += 1
        Write-Host "cut off        $Url"
    }
    $answer.Content += '}'
    return $answer
}

# The objects of a listing, for their ids only.
function Get-Entry([hashtable] $Answer) {
    if ($Answer.Status -ne 200) { return }
    try {
        foreach ($entry in @((ConvertFrom-Json -InputObject $Answer.Content).value)) {
            if ($null -ne $entry) { $entry }
        }
    } catch {
        $script:Refusals += 1
        Write-Host 'The listing cannot be read, so that its objects are not asked for one by one.'
    }
}

function Save-One([string] $Kind, [string] $Name, [string] $Url) {
    Save-Answer $Kind $Name $Url (Get-Answer $Url)
}

function Save-Listing([string] $Kind, [string] $Name, [string] $Url) {
    Save-Answer $Kind $Name $Url (Get-Listing $Url)
}

function Get-Arm($Context) {
    return ([string]$Context.Environment.ResourceManagerUrl).TrimEnd('/')
}
