using System.Text.Encodings.Web;
using System.Text.Json;
using Judge;

// Judges T-SQL by Microsoft's own parser: for which versions of SQL Server it parses, and which rules of the
// server it breaks that no grammar holds.
//
//   judge [--script] FILE...   files; - is stdin. --script: it must also set all seven SET options
//   judge --json               stdin: a line of JSON for each text: {"name", "sql", "script"?, "database"?};
//                              stdout: a line for each: {"name", "parses": [130, ...], "faults": [...]}
//
// Ends with 1 where a file does not parse for every version, or breaks a rule.

var json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
{
    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
};
Console.InputEncoding = Console.OutputEncoding = new System.Text.UTF8Encoding(false);

if (args is ["--json"])
{
    var texts = new List<Text>();
    while (Console.In.ReadLine() is { } line)
        if (line.Length > 0) texts.Add(JsonSerializer.Deserialize<Text>(line, json)!);
    foreach (var verdict in Court.Judge(texts)) Console.Out.WriteLine(JsonSerializer.Serialize(verdict, json));
    return 0;
}

var files = args.Where(argument => argument != "--script").ToList();
if (files.Count == 0 || files.Any(file => file.StartsWith("--")))
{
    Console.Error.WriteLine("Usage: judge [--script] FILE...   (- reads stdin)   or   judge --json");
    return 2;
}
var given = files.Select(file => new Text(
    file == "-" ? "stdin" : file,
    file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file),
    args.Contains("--script")));
var failed = false;
foreach (var verdict in Court.Judge(given.ToList()))
{
    foreach (var fault in verdict.Faults)
        Console.Out.WriteLine($"{verdict.Name}:{fault.Line}: {fault.Rule}: {fault.Message}\n    {fault.At}");
    Console.Out.WriteLine(
        $"{verdict.Name}: parses for {string.Join(", ", verdict.Parses.Select(Versions.Named).DefaultIfEmpty("no version"))}; " +
        $"{verdict.Faults.Count} {(verdict.Faults.Count == 1 ? "fault" : "faults")}");
    failed |= verdict.Faults.Count > 0;
}
return failed ? 1 : 0;
