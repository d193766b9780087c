using System.CommandLine;
using HmacFileServer.Cli.Help;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs completion` and `hfs man`: what is made of the command tree itself.</summary>
internal static class DocumentationCommands
{
    public static Command Completion(Func<RootCommand> root)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong(CompletionScript.Shells);
        var command = new ExampleCommand("completion", "Print a completion script for a shell.", "source <(hfs completion bash)", "hfs completion fish > ~/.config/fish/completions/hfs.fish") { shell };
        command.SetAction(parsed => Console.Out.Write(CompletionScript.For(parsed.GetValue(shell)!, CommandModel.Of(root()))));
        return command;
    }

    public static Command Man(Func<RootCommand> root)
    {
        var command = new ExampleCommand("man", "Print the manual page.", "hfs man | man -l -");
        command.SetAction(_ => Console.Out.Write(ManPage.Write(root().Description!, CommandModel.Of(root()))));
        return command;
    }
}
