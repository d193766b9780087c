using HmacFileServer.Fuzz;
using HmacFileServer.Fuzz.Targets;

namespace HmacFileServer.Server.Tests.Fuzzing;

/// <summary>Every reader of what strangers send, on inputs that are nearly right and on noise; `hfs-fuzz` has as many as one likes.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 20_000;

    public static TheoryData<string> Targets() => [.. AllTargets.Create().Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void An_input_is_read_or_refused_and_nothing_else(string name)
    {
        var result = new FuzzRun(AllTargets.Create().Single(t => t.Name == name), seed: 1).Run(Inputs);

        Assert.Null(result.Failure);
        Assert.InRange(result.Accepted, 100, Inputs - 100); // else it looks at one side only
    }
}
