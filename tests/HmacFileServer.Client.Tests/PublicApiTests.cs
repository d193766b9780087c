using System.Reflection;
using System.Runtime.CompilerServices;

namespace HmacFileServer.Client.Tests;

/// <summary>
/// What others build on changes only when somebody means it: the public surface is compared with PublicApi.txt. HFS_UPDATE_API=1 writes it anew.
/// </summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_public_surface_is_the_one_that_was_approved()
    {
        var approved = Path.Combine(Folder(), "PublicApi.txt");
        var surface = string.Join('\n', typeof(UploadClient).Assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Lines)) + "\n";
        if (Environment.GetEnvironmentVariable("HFS_UPDATE_API") == "1")
            File.WriteAllText(approved, surface);
        Assert.Equal(File.ReadAllText(approved), surface);
    }

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"{(type.IsEnum ? "enum" : type.IsInterface ? "interface" : "class")} {type.FullName}{(type.BaseType is { } b && b != typeof(object) && !type.IsEnum ? " : " + Name(b) : "")}";
        IEnumerable<string> members = type.IsEnum
            ? Enum.GetNames(type)
            : type.GetMembers(Declared).Where(IsSeen).Select(Describe).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        foreach (var member in members)
            yield return "  " + member;
    }

    private static bool IsSeen(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily,
        PropertyInfo property => property.GetMethod?.IsPublic ?? false,
        FieldInfo field => field.IsPublic,
        _ => false,
    };

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: true } => null,
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ get;{(property.SetMethod is { IsPublic: true } ? " init;" : "")} }}",
        FieldInfo field => $"const {Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? "?" : "")}"));

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "HmacFileServer.slnx")))
            root = root.Parent;
        return Path.Combine(root.FullName, "tests", "HmacFileServer.Client.Tests");
    }
}
