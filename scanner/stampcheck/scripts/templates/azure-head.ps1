#Requires -Version 5.1
<#
.SYNOPSIS
Collects what Azure knows of Azure Stack Hub registrations, as evidence for stampcheck.

.DESCRIPTION
It only reads: every request is a GET, with the sign-in that this PowerShell holds already.
It needs Reader on the subscription. It writes one file an answer; a refusal is written too, since
it is evidence. No token is written or shown.

.PARAMETER SubscriptionId
Azure subscriptions to read. Default: the one of the current context.

.PARAMETER OutputFolder
Where the files go.
#>
[CmdletBinding()]
param(
    [string[]] $SubscriptionId = @(),
    [string] $OutputFolder = 'stampcheck-evidence'
)
