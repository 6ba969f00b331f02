# Mails the report of pending users as a page, if there are any. For Windows PowerShell 5.1 and later:
#   powershell -NoProfile -ExecutionPolicy RemoteSigned -File Send-PendingReport.ps1 -To iam@example.com -From scimctl@example.com -Server mail.example.com
param(
    [Parameter(Mandatory)] [string] $To,
    [Parameter(Mandatory)] [string] $From,
    [Parameter(Mandatory)] [string] $Server,
    [int] $Port = 25,
    [switch] $NoTls,
    [string] $Scimctl = 'scimctl'
)
$ErrorActionPreference = 'Stop'

$directory = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
$null = New-Item -ItemType Directory -Path $directory
$report = Join-Path $directory 'pending.html'
try {
    & $Scimctl users pending --report $report --fail-on-findings --quiet | Out-Null
    # 0: there are none. 5: there are some. Anything else is an error, which Task Scheduler shows as the last result.
    if ($LASTEXITCODE -eq 0) { exit 0 }
    if ($LASTEXITCODE -ne 5) { exit $LASTEXITCODE }

    # Not Send-MailMessage, which is obsolete. SmtpClient uses the account of the task where the server asks for one.
    $client = New-Object System.Net.Mail.SmtpClient($Server, $Port)
    $client.EnableSsl = -not $NoTls
    $client.UseDefaultCredentials = $true
    $message = New-Object System.Net.Mail.MailMessage($From, $To)
    $message.Subject = 'Accounts of leavers that are still enabled'
    $message.Body = 'The report is attached. It opens in any browser, without a network.'
    $message.Attachments.Add((New-Object System.Net.Mail.Attachment($report, 'text/html')))
    try { $client.Send($message) } finally { $message.Dispose(); $client.Dispose() }
} finally {
    Remove-Item -Recurse -Force $directory
}
