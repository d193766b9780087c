using System.Text;

namespace HmacFileServer.Fuzz.Targets;

/// <summary>Every reader that is fuzzed.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<FuzzTarget> Create() =>
    [
        RequestTargets.Create(),
        StructuredFields.CreateItems(),
        StructuredFields.CreateDigests(),
        StructuredFields.CreateClientNetwork(),
        TusFields.CreateMetadata(),
        TusFields.CreateConcatenation(),
        Ranges.CreateContentRange(),
        Ranges.CreateReceived(),
        Configurations.Create(),
        Tokens.Create(),
    ];

    public static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>A header's value as the server meets it.</summary>
    public static string Text(byte[] input) => Encoding.UTF8.GetString(input);

    /// <summary>Fails the input unless <paramref name="holds"/>.</summary>
    public static void Check(bool holds, string otherwise)
    {
        if (!holds)
            throw new BrokenPropertyException(otherwise);
    }
}
