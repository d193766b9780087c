using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Networks;

/// <summary>How much each interface is liked: those of `interface_priority` first, in their order; then by the priority of their kind.</summary>
/// <param name="named">The names of `interface_priority`.</param>
/// <param name="types">The priority of each kind.</param>
public sealed class InterfacePriority(IReadOnlyList<string> named, NetworkInterfacesOptions types)
{
    /// <summary>Named interfaces come before every kind, whose priorities are 0 to 1000.</summary>
    private const int NamedFirst = -1000;

    /// <summary>Lower is preferred.</summary>
    public int Of(string name, InterfaceType type)
    {
        for (var i = 0; i < named.Count; i++)
        {
            if (named[i] == name)
                return NamedFirst + i;
        }
        return types.For(type).Priority;
    }
}
