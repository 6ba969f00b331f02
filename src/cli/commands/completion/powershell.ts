import type { CompletionPlace } from './tree.js';

/** For Windows PowerShell 5.1 and PowerShell 7. */
export function powershellScript(places: readonly CompletionPlace[]): string {
  const table = places.map(({ path, words, options, taking }) => {
    const pairs = (all: readonly { word: string; about: string }[]) =>
      all.map(({ word, about }) => `${quoted(word)}, ${quoted(about)}`).join(', ');
    const values = taking.flatMap(({ names, values: one }) =>
      names.map((name) => `${quoted(name)} = @(${one.map(quoted).join(', ')})`),
    );
    return `    ${quoted(path)} = @{ Words = @(${pairs(words)}); Options = @(${pairs(options)}); Values = @{ ${values.join('; ')} } }`;
  });
  return `# PowerShell completion for scimctl. Load it with: scimctl completion powershell | Out-String | Invoke-Expression

$script:ScimctlPlaces = @{
${table.join('\n')}
}

Register-ArgumentCompleter -Native -CommandName scimctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $path = ''
    $open = $null
    foreach ($word in $typed) {
        if ($null -ne $open) { $open = $null; continue }
        $place = $script:ScimctlPlaces[$path]
        if ($word.StartsWith('-')) {
            if ($place.Values.ContainsKey($word)) { $open = $word }
            continue
        }
        $longer = "$path $word".Trim()
        if ($script:ScimctlPlaces.ContainsKey($longer)) { $path = $longer }
    }
    $place = $script:ScimctlPlaces[$path]
    if ($null -ne $open) {
        $place.Values[$open] | Where-Object { $_ -like "$wordToComplete*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        return
    }
    $pairs = if ($wordToComplete.StartsWith('-')) { $place.Options } else { $place.Words }
    for ($at = 0; $at -lt $pairs.Count; $at += 2) {
        if ($pairs[$at] -like "$wordToComplete*") {
            [System.Management.Automation.CompletionResult]::new($pairs[$at], $pairs[$at], 'ParameterValue', $pairs[$at + 1])
        }
    }
}
`;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
