namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Holds the rules for who may define and extend a table. One method for each of the three ways to name one.</summary>
internal static class TomlTables
{
    /// <summary>`key = value` and `dotted.key = value`, into the section's table or an inline one.</summary>
    public static void AddKeyAndValue(TomlCursor cursor, TomlTable table, List<TomlKeyPart> parts)
    {
        TomlKeys.Read(cursor, parts);
        if (cursor.Peek() != '=')
            throw cursor.Error("After a key comes = and a value on the same line.");
        cursor.Advance();
        cursor.SkipBlanks();

        var target = table;
        for (var i = 0; i < parts.Count - 1; i++)
            target = StepByDottedKey(cursor, target, parts[i]);
        var last = parts[^1];
        if (target.TryGet(last.Name, out var earlier))
            throw Duplicate(cursor, last, earlier);
        target.Add(new TomlEntry(last.Name, last.Position, TomlValues.Read(cursor, target.Depth + 1)));
    }

    /// <summary>The table of a `[header]`: new, or implied by a deeper header before it.</summary>
    public static TomlTable OpenTable(TomlCursor cursor, TomlTable root, List<TomlKeyPart> parts)
    {
        var parent = StepToParent(cursor, root, parts);
        var last = parts[^1];
        if (!parent.TryGet(last.Name, out var earlier))
            return NewTable(cursor, parent, last, TomlTableOrigin.Header);
        if (earlier.Value is not TomlTable { Origin: TomlTableOrigin.Implied } implied)
            throw Duplicate(cursor, last, earlier);
        implied.Origin = TomlTableOrigin.Header;
        return implied;
    }

    /// <summary>A new element of the array of a `[[header]]`, and the array itself with the first.</summary>
    public static TomlTable AppendTable(TomlCursor cursor, TomlTable root, List<TomlKeyPart> parts)
    {
        var parent = StepToParent(cursor, root, parts);
        var last = parts[^1];
        TomlArray array;
        if (!parent.TryGet(last.Name, out var earlier))
        {
            array = new TomlArray(last.Position, Deeper(cursor, parent.Depth, last), ofTables: true);
            parent.Add(new TomlEntry(last.Name, last.Position, array));
        }
        else if (earlier.Value is TomlArray { IsOfTables: true } existing)
        {
            array = existing;
        }
        else
        {
            throw Duplicate(cursor, last, earlier);
        }
        var table = new TomlTable(last.Position, Deeper(cursor, array.Depth, last), TomlTableOrigin.Header);
        array.Add(table);
        return table;
    }

    /// <summary>A dotted key passes only through tables that dotted keys of the same section made: nothing else stays open to it.</summary>
    private static TomlTable StepByDottedKey(TomlCursor cursor, TomlTable table, TomlKeyPart part)
    {
        if (!table.TryGet(part.Name, out var earlier))
            return NewTable(cursor, table, part, TomlTableOrigin.Dotted);
        return earlier.Value is TomlTable { Origin: TomlTableOrigin.Dotted } open
            ? open
            : throw cursor.Error(part.Position,
                $"{Name(part)} is already {earlier.Value.KindName} (line {earlier.KeyPosition.Line}), and a dotted key cannot add to it: write its keys where it is defined.");
    }

    /// <summary>A header passes through every table but an inline one, and through the latest element of an array of tables.</summary>
    private static TomlTable StepToParent(TomlCursor cursor, TomlTable root, List<TomlKeyPart> parts)
    {
        var table = root;
        for (var i = 0; i < parts.Count - 1; i++)
        {
            var part = parts[i];
            if (!table.TryGet(part.Name, out var earlier))
            {
                table = NewTable(cursor, table, part, TomlTableOrigin.Implied);
                continue;
            }
            table = earlier.Value switch
            {
                TomlTable { Origin: not TomlTableOrigin.Inline } open => open,
                TomlArray { IsOfTables: true } array => (TomlTable)array[^1],
                _ => throw cursor.Error(part.Position,
                    $"{Name(part)} is already {earlier.Value.KindName} (line {earlier.KeyPosition.Line}), and no header can add to it: write its keys where it is defined."),
            };
        }
        return table;
    }

    private static TomlTable NewTable(TomlCursor cursor, TomlTable parent, TomlKeyPart part, TomlTableOrigin origin)
    {
        var table = new TomlTable(part.Position, Deeper(cursor, parent.Depth, part), origin);
        parent.Add(new TomlEntry(part.Name, part.Position, table));
        return table;
    }

    private static int Deeper(TomlCursor cursor, int depth, TomlKeyPart part) =>
        depth < TomlLimits.Depth ? depth + 1 : throw cursor.Error(part.Position, TomlLimits.TooDeep);

    private static TomlException Duplicate(TomlCursor cursor, TomlKeyPart part, TomlEntry earlier) =>
        cursor.Error(part.Position, $"{Name(part)} is defined a second time (first in line {earlier.KeyPosition.Line}): keep one of the two.");

    /// <summary>Keys may be as long as the file; a message shows their beginning.</summary>
    private static string Name(TomlKeyPart part) => TomlText.Key(part.Name.Length <= 64 ? part.Name : part.Name[..64] + "...");
}
