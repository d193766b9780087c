namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A section with rules that hold between its options.</summary>
internal interface ICheckedSection
{
    /// <summary>The rules that are broken.</summary>
    /// <param name="isSet">True for a property that the operator set; by its name in C#.</param>
    IEnumerable<SectionProblem> Check(Func<string, bool> isSet);
}

/// <summary>A broken rule.</summary>
/// <param name="Property">The property, by its name in C#, at which the operator should look.</param>
/// <param name="Problem">What is wrong and what to do.</param>
internal sealed record SectionProblem(string Property, string Problem);
