using System.Globalization;
using System.Text;

namespace HmacFileServer.Cli.Help;

/// <summary>Completion of the command line for bash, zsh and fish.</summary>
internal static class CompletionScript
{
    public static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static string For(string shell, IReadOnlyList<CommandModel> commands) => shell switch
    {
        "bash" => Bash(commands),
        "zsh" => Zsh(commands),
        _ => Fish(commands),
    };

    private static string Bash(IReadOnlyList<CommandModel> commands)
    {
        var text = new StringBuilder("""
            # bash completion of hfs: source <(hfs completion bash)
            _hfs() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options=
                COMPREPLY=()
                if [ "$COMP_CWORD" -eq 1 ]; then

            """.ReplaceLineEndings("\n"));
        text.Append(CultureInfo.InvariantCulture, $"        mapfile -t COMPREPLY < <(compgen -W '{string.Join(' ', commands.Select(c => c.Name))} --help --version' -- \"$current\")\n        return\n    fi\n");
        text.Append("    case ${COMP_WORDS[1]}:$previous in\n");
        foreach (var command in commands)
        {
            foreach (var option in command.Options.Where(o => o.Values.Count > 0))
            {
                var pattern = string.Join('|', option.Names.Select(n => $"{command.Name}:{n}"));
                text.Append(CultureInfo.InvariantCulture, $"        {pattern}) mapfile -t COMPREPLY < <(compgen -W '{string.Join(' ', option.Values)}' -- \"$current\"); return ;;\n");
            }
        }
        text.Append("    esac\n    case ${COMP_WORDS[1]} in\n");
        foreach (var command in commands)
            text.Append(CultureInfo.InvariantCulture, $"        {command.Name}) options='{string.Join(' ', Words(command))}' ;;\n");
        text.Append("""
                esac
                case $current in
                    -*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current") ;;
                    *) [ "${COMP_WORDS[1]}" != completion ] || mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$current") ;;
                esac
            }
            complete -o default -F _hfs hfs

            """.ReplaceLineEndings("\n"));
        return text.ToString();
    }

    private static string Zsh(IReadOnlyList<CommandModel> commands)
    {
        var text = new StringBuilder("#compdef hfs\n# zsh completion of hfs: put this as _hfs into a folder of $fpath, or: source <(hfs completion zsh)\n_hfs() {\n    local -a commands\n    commands=(\n");
        foreach (var command in commands)
            text.Append(CultureInfo.InvariantCulture, $"        '{command.Name}:{Quoted(command.Description)}'\n");
        text.Append("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n    case $words[2] in\n");
        foreach (var command in commands)
        {
            text.Append(CultureInfo.InvariantCulture, $"        {command.Name})\n            _arguments -S '2: :' \\\n");
            foreach (var option in command.Options)
            {
                foreach (var name in option.Names)
                    text.Append(CultureInfo.InvariantCulture, $"                '*{name}[{Quoted(option.Description).Replace("[", "\\[").Replace("]", "\\]").Replace(":", "\\:")}]{ZshValue(option)}' \\\n");
            }
            text.Append(command.Name == "completion" ? "                '*:shell:(bash zsh fish)' ;;\n" : "                '*:file:_files' ;;\n");
        }
        return text.Append("    esac\n}\n[ \"$funcstack[1]\" = _hfs ] && _hfs \"$@\" || compdef _hfs hfs\n").ToString();
    }

    private static string ZshValue(OptionModel option) => option switch
    {
        { Values.Count: > 0 } => $":value:({string.Join(' ', option.Values)})",
        { IsFile: true } => ":file:_files",
        { Value: { } value } => $":{value.Replace(":", "\\:", StringComparison.Ordinal)}:",
        _ => "",
    };

    private static string Fish(IReadOnlyList<CommandModel> commands)
    {
        var text = new StringBuilder("# fish completion of hfs: hfs completion fish > ~/.config/fish/completions/hfs.fish\n");
        foreach (var command in commands)
            text.Append(CultureInfo.InvariantCulture, $"complete -c hfs -n __fish_use_subcommand -f -a {command.Name} -d '{Quoted(command.Description)}'\n");
        foreach (var command in commands)
        {
            foreach (var option in command.Options)
            {
                text.Append(CultureInfo.InvariantCulture, $"complete -c hfs -n '__fish_seen_subcommand_from {command.Name}'");
                foreach (var name in option.Names)
                    text.Append(name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}");
                if (option.Values.Count > 0)
                    text.Append(CultureInfo.InvariantCulture, $" -x -a '{string.Join(' ', option.Values)}'");
                else if (option.Value is not null)
                    text.Append(option.IsFile ? " -r" : " -x");
                text.Append(CultureInfo.InvariantCulture, $" -d '{Quoted(option.Description)}'\n");
            }
        }
        return text.Append("complete -c hfs -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n").ToString();
    }

    private static IEnumerable<string> Words(CommandModel command) => command.Options.SelectMany(o => o.Names);

    // Descriptions stand in single quotes, which no shell can escape in the same way.
    private static string Quoted(string text) => text.Replace("'", "", StringComparison.Ordinal);
}
