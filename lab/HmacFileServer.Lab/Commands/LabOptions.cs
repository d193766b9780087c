using System.CommandLine;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Commands;

/// <summary>Options that several commands share.</summary>
internal static class LabOptions
{
    public static Option<string[]> Links() => new("--link", "-l")
    {
        Description = "A link, the most preferred first: NAME:rate=100mbit,delay=2ms,jitter=0ms,loss=0,queue=100ms,arp=static. "
            + "'up-' or 'down-' before a key is for one direction. Without any: the three of the issue, eth0, wlan0 and wwan0.",
    };

    public static Option<int> Seed() => new("--seed") { Description = "Seed of loss and jitter.", DefaultValueFactory = _ => 1 };

    public static Option<string> CongestionControl() => new("--congestion")
    {
        Description = "TCP congestion control of both hosts, such as cubic or bbr.",
        DefaultValueFactory = _ => "cubic",
    };

    public static Option<string?> Lab() => new("--lab") { Description = "Which lab, if several are up." };

    public static LabSpec Spec(ParseResult parse, Option<string[]> links, Option<int> seed, Option<string> congestion)
    {
        var spec = parse.GetValue(links) is { Length: > 0 } given ? LabSpec.Parse(given) : LabSpec.ThreeLinks;
        return spec with { Seed = parse.GetValue(seed), CongestionControl = parse.GetValue(congestion)! };
    }

    /// <summary>The lab that is meant: the one named, or the only one.</summary>
    /// <exception cref="InvalidOperationException">There is none, or several.</exception>
    public static string RunningLab(string? name)
    {
        if (name is not null)
            return name;
        foreach (var lab in ControlSocket.Labs.Where(l => NetworkNamespaces.OwnerOf(l) is not { } owner || !Directory.Exists($"/proc/{owner}")))
            ControlSocket.Forget(lab);
        return ControlSocket.Labs switch
        {
            [var only] => only,
            [] => throw new InvalidOperationException("no lab is up; start one with 'hfs-lab up'"),
            var several => throw new InvalidOperationException($"several labs are up: choose with --lab {string.Join(" or --lab ", several)}"),
        };
    }
}
