using System.Text.RegularExpressions;
using HmacFileServer.Client;
using HmacFileServer.Platform.Files;

namespace HmacFileServer.Cli.Commands;

/// <summary>What is to be uploaded, from what was written: files, folders, patterns that the shell left alone, `-`.</summary>
internal static partial class FileList
{
    /// <summary>Standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>
    /// Every file, in order and each once. A folder stands for all files below it; links in it are not followed. Fails with
    /// <see cref="UploadFailure.File"/> for a name that leads to nothing.
    /// </summary>
    public static IReadOnlyList<string> Expand(IEnumerable<string> arguments) => [.. arguments.SelectMany(Expand).Distinct()];

    /// <summary>True for what can be read once and has no length: a pipe, a terminal, a device.</summary>
    public static bool IsStream(string file)
    {
        if (file == StandardInput)
            return true;
        if (!OperatingSystem.IsLinux())
            return false;
        var full = Path.GetFullPath(file);
        var target = new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        // /dev/fd/63 of a shell's <(...) leads to "pipe:[...]", which is in no folder.
        if (!File.Exists(target))
            return true;
        using var folder = Folder.Open(Path.GetDirectoryName(target)!);
        return folder.Find(Path.GetFileName(target))?.Kind == FileKind.Other;
    }

    private static IEnumerable<string> Expand(string argument)
    {
        if (argument == StandardInput || File.Exists(argument))
            return [argument];
        if (Directory.Exists(argument))
            return Below(argument);
        if (argument.AsSpan().ContainsAny('*', '?', '['))
        {
            var folder = Path.GetDirectoryName(argument) is { Length: > 0 } given ? given : ".";
            if (Directory.Exists(folder))
            {
                var pattern = Pattern(Path.GetFileName(argument));
                var hidden = Path.GetFileName(argument).StartsWith('.');
                var found = Directory.EnumerateFileSystemEntries(folder)
                    .Where(f => pattern.IsMatch(Path.GetFileName(f)) && (hidden || !Path.GetFileName(f).StartsWith('.')))
                    .Order(StringComparer.Ordinal)
                    .SelectMany(f => Directory.Exists(f) ? Below(f) : [f.StartsWith("./", StringComparison.Ordinal) && !argument.StartsWith("./", StringComparison.Ordinal) ? f[2..] : f])
                    .ToList();
                if (found.Count > 0)
                    return found;
            }
            throw new UploadFailedException(UploadFailure.File, $"No file matches '{argument}'.");
        }
        throw new UploadFailedException(UploadFailure.File, $"'{argument}' does not exist or is not a file.");
    }

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Order(StringComparer.Ordinal);

    /// <summary>A shell's pattern: `*`, `?`, `[abc]`, `[a-z]`, `[!a]`.</summary>
    private static Regex Pattern(string glob) => new(
        "^" + Special().Replace(glob, m => m.Value switch
        {
            "*" => ".*",
            "?" => ".",
            ['[', '!', .. var rest] => "[^" + rest.Replace("\\", "\\\\", StringComparison.Ordinal),
            ['[', .., ']'] => m.Value.Replace("\\", "\\\\", StringComparison.Ordinal),
            _ => Regex.Escape(m.Value),
        }) + "$",
        RegexOptions.Singleline | RegexOptions.NonBacktracking);

    [GeneratedRegex(@"\*|\?|\[!?[^\[\]]+\]|[^*?]")]
    private static partial Regex Special();
}
