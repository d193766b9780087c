using HmacFileServer.Storage.Tests.Crash;
using Xunit.Runner.InProc.SystemConsole;

namespace HmacFileServer.Storage.Tests;

/// <summary>The test runner, or, for tests that kill a process, the process that is killed.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [StoreWriter.Command, var dataPath, var durability, var seed])
            return await StoreWriter.RunAsync(dataPath, Enum.Parse<Core.Storage.Durability>(durability), int.Parse(seed));
        return args.Any(a => a is "--server" or "--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
