using System.ComponentModel;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests;

/// <summary>The package that `dotnet pack` makes of the library: what was built already, without the network.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_has_the_library_with_all_that_it_needs_and_says_what_it_is()
    {
        using var package = await PackAsync();
        var names = package.Entries.Select(e => e.FullName).ToList();
        foreach (var assembly in (string[])["Client", "Core", "Platform"])
        {
            Assert.Contains($"lib/net10.0/HmacFileServer.{assembly}.dll", names);
            Assert.Contains($"lib/net10.0/HmacFileServer.{assembly}.xml", names);
        }

        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        foreach (var library in package.Entries.Where(e => e.FullName.EndsWith(".dll", StringComparison.Ordinal)))
            Assert.All(References(library), name => Assert.True(names.Contains($"lib/net10.0/{name}.dll") || File.Exists(Path.Combine(framework, name + ".dll")), $"{library.Name} needs {name}."));

        var specification = XDocument.Load(package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
        string? Said(string name) => specification.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
        Assert.Equal("HmacFileServer.Client", Said("id"));
        Assert.Equal(typeof(UploadClient).Assembly.GetName().Version!.ToString(3), Said("version"));
        Assert.Equal("Apache-2.0", Said("license"));
        Assert.DoesNotContain(specification.Descendants(), e => e.Name.LocalName == "dependency");
        Assert.True(package.GetEntry(Said("readme")!)?.Length > 1000, "The readme is not in the package.");
    }

    private static IEnumerable<string> References(ZipArchiveEntry library)
    {
        using var bytes = new MemoryStream();
        using (var stream = library.Open())
            stream.CopyTo(bytes);
        bytes.Position = 0;
        using var file = new PEReader(bytes);
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }

    private async Task<ZipArchive> PackAsync()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root!.FullName, "HmacFileServer.slnx")))
            root = root.Parent;
        string[] arguments =
        [
            "pack", Path.Combine(root.FullName, "src", "HmacFileServer.Client", "HmacFileServer.Client.csproj"), "--no-build", "--no-restore", "-nodeReuse:false",
            "-c", output.Parent!.Name, "-o", _folder["package"],
        ];
        try
        {
            await ChildProcess.RunAsync(Program, arguments, Limit);
        }
        catch (Win32Exception e)
        {
            Assert.Skip($"dotnet cannot be run: {e.Message}");
        }
        return ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder["package"], "*.nupkg")));
    }

    private static string Program =>
        Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root && File.Exists(Path.Combine(root, "dotnet")) ? Path.Combine(root, "dotnet") : "dotnet";
}
