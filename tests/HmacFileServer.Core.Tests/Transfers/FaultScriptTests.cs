using HmacFileServer.Testing.Faults;

namespace HmacFileServer.Core.Tests.Transfers;

/// <summary>
/// Plan, policy, shares and tail together, under faults drawn at random, in virtual time. `hfs-bench fault-scripts --runs 200` runs more of them.
/// </summary>
public sealed class FaultScriptTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 9)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_byte_arrives_none_that_is_acknowledged_is_sent_again_and_nothing_hangs(int seed)
    {
        var result = FaultRun.Run(seed);
        output.WriteLine($"{result.Seconds:F0} s, {result.Switches} switches, {result.HandedBytes - FaultRun.Length} bytes sent again, {result.DuplicateBytes} arrived twice");
        Assert.True(result.Failure is null, $"{result.Failure}\n{string.Join('\n', result.Script)}");
        Assert.Equal(FaultRun.Faults, result.Faults);
    }
}
