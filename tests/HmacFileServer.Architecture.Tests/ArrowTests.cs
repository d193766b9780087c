using System.Xml.Linq;

namespace HmacFileServer.Architecture.Tests;

/// <summary>
/// Holds the arrows between the projects: Core depends on nothing, everything may use Core, and only the rooms named
/// here may use another. The build files are read, so that a reference fails here even before it is used.
/// </summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["Core"] = [],
        ["Platform"] = ["Core"],
        ["Storage"] = ["Core", "Platform"],
        ["Server"] = ["Core", "Platform", "Storage"],
        ["Client"] = ["Core", "Platform"],
        ["Cli"] = ["Core", "Client", "Platform"],
    };

    public static TheoryData<string> Rooms => [.. AllowedProjects.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_the_rooms_inside_it(string room)
    {
        var used = References(room, "ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p)["HmacFileServer.".Length..]);
        var wrong = used.Except(AllowedProjects[room]).ToList();
        Assert.True(wrong.Count == 0,
            $"{room} references {string.Join(", ", wrong)}: arrows point inward, so that Core/Networks can run in client and server alike.");
    }

    [Theory]
    [InlineData("Core")]
    [InlineData("Platform")]
    [InlineData("Client")]
    public void These_rooms_use_the_base_class_library_alone(string room)
    {
        var packages = References(room, "PackageReference").ToList();
        Assert.True(packages.Count == 0,
            $"{room} references {string.Join(", ", packages)}: whoever embeds the client must not inherit our packages.");
    }

    [Fact]
    public void Only_Platform_has_unsafe_code()
    {
        foreach (var room in AllowedProjects.Keys.Where(r => r != "Platform"))
        {
            Assert.False(Project(room).Descendants("AllowUnsafeBlocks").Any(e => e.Value == "true"),
                $"{room} allows unsafe blocks: what the kernel wants belongs into Platform.");
        }
    }

    [Fact]
    public void Core_does_no_input_or_output()
    {
        string[] forbidden = ["System.Net.Sockets", "System.IO.File", "File.", "Directory.", "FileStream", "HttpClient", "Socket "];
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src", "HmacFileServer.Core"), "*.cs", SearchOption.AllDirectories))
        {
            if (file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                continue;
            var code = File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal));
            foreach (var line in code)
            {
                var hit = forbidden.FirstOrDefault(f => line.Contains($" {f}", StringComparison.Ordinal) || line.Contains($"({f}", StringComparison.Ordinal));
                Assert.True(hit is null, $"{Path.GetFileName(file)} uses {hit}: Core decides, shells act. Line: {line.Trim()}");
            }
        }
    }

    private static IEnumerable<string> References(string room, string kind) =>
        Project(room).Descendants(kind).Select(e => e.Attribute("Include")!.Value.Replace('\\', '/'));

    private static XDocument Project(string room) =>
        XDocument.Load(Path.Combine(RepositoryRoot.Path, "src", $"HmacFileServer.{room}", $"HmacFileServer.{room}.csproj"));
}
