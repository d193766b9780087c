using System.Globalization;
using System.Text;

namespace HmacFileServer.Cli.Help;

/// <summary>The manual page, in the man macros of roff.</summary>
internal static class ManPage
{
    public static string Write(string description, IReadOnlyList<CommandModel> commands)
    {
        var page = new StringBuilder(".TH HFS 1 \"\" \"HMAC File Server\" \"User Commands\"\n.SH NAME\nhfs \\- uploads that never break when the network changes\n.SH SYNOPSIS\n");
        foreach (var command in commands)
            page.Append(CultureInfo.InvariantCulture, $".B hfs {command.Name}\n{Escaped(command.Arguments)} [\\fIOPTIONS\\fR]\n.br\n");
        page.Append(CultureInfo.InvariantCulture, $".SH DESCRIPTION\n{Escaped(description)}\nThe client uses every network interface of the device, together or one at a time, and carries a running upload from one to the next. What the server has acknowledged is not sent again, also after this program was ended: it keeps unfinished uploads in its state folder.\n");
        foreach (var command in commands)
        {
            page.Append(CultureInfo.InvariantCulture, $".SH {command.Name.ToUpperInvariant()}\n{Escaped(command.Description)}\n");
            foreach (var option in command.Options)
            {
                var value = option.Value is null ? "" : $" \\fI{Escaped(option.Value)}\\fR";
                page.Append(CultureInfo.InvariantCulture, $".TP\n\\fB{string.Join("\\fR, \\fB", option.Names.Select(Escaped))}\\fR{value}\n{Escaped(option.Description)}\n");
            }
            if (command.Examples.Count > 0)
                page.Append(CultureInfo.InvariantCulture, $".PP\nExamples:\n.nf\n{string.Join('\n', command.Examples.Select(e => "  " + Escaped(e)))}\n.fi\n");
        }
        return page.Append("""
            .SH EXIT STATUS
            0 done, 1 failed, 2 wrong usage, 3 refused by the server, 130 stopped with Ctrl\-C.
            .SH ENVIRONMENT
            .TP
            HFS_STATE
            The state folder; else hfs in XDG_STATE_HOME, else ~/.local/state/hfs.
            .TP
            http_proxy, https_proxy, all_proxy, no_proxy
            HTTP proxies on the way, as curl reads them.
            .TP
            NO_COLOR
            No colours, also on a terminal.

            """.ReplaceLineEndings("\n")).ToString();
    }

    private static string Escaped(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }
}
