using System.Globalization;
using System.Text;

namespace HmacFileServer.Lab.Recordings;

/// <summary>
/// What a person sees of a terminal's output: lines, with the cursor movements and erasures of ECMA-48 that progress views use. Colours are left out, and
/// lines do not wrap.
/// </summary>
public sealed class TerminalScreen
{
    private const char Escape = '\e';

    private readonly List<StringBuilder> _lines = [new()];
    private readonly StringBuilder _pending = new(); // an escape sequence whose end has not come yet
    private int _row;
    private int _column;

    /// <summary>The lines as they are now, without what is empty at the end.</summary>
    public string Text => string.Join('\n', _lines.Select(l => l.ToString().TrimEnd())).TrimEnd('\n', ' ');

    /// <summary>Takes what a program wrote, in any pieces.</summary>
    public void Write(ReadOnlySpan<char> output)
    {
        foreach (var character in output)
        {
            if (_pending.Length > 0)
                Continue(character);
            else if (character == Escape)
                _pending.Append(character);
            else
                Put(character);
        }
    }

    private void Put(char character)
    {
        switch (character)
        {
            case '\r':
                _column = 0;
                return;
            case '\n':
                MoveTo(_row + 1);
                return;
            case '\b':
                _column = Math.Max(0, _column - 1);
                return;
            case < ' ':
                return;
        }
        var line = _lines[_row];
        if (line.Length < _column)
            line.Append(' ', _column - line.Length);
        if (_column < line.Length)
            line[_column] = character;
        else
            line.Append(character);
        _column++;
    }

    private void Continue(char character)
    {
        _pending.Append(character);
        if (_pending.Length == 2)
        {
            if (character is not ('[' or ']'))
                _pending.Clear();
            return;
        }
        if (_pending[1] == ']')
        {
            // An operating system command, such as a title: it ends with BEL or ESC \.
            if (character is '\a' or '\\')
                _pending.Clear();
            return;
        }
        if (character is < '@' or > '~')
            return;
        var parameters = _pending.ToString(2, _pending.Length - 3);
        _pending.Clear();
        Obey(character, int.TryParse(parameters, CultureInfo.InvariantCulture, out var number) ? number : null);
    }

    private void Obey(char command, int? number)
    {
        switch (command)
        {
            case 'A':
                MoveTo(Math.Max(0, _row - (number ?? 1)));
                break;
            case 'B':
                MoveTo(_row + (number ?? 1));
                break;
            case 'C':
                _column += number ?? 1;
                break;
            case 'D':
                _column = Math.Max(0, _column - (number ?? 1));
                break;
            case 'G':
                _column = Math.Max(0, (number ?? 1) - 1);
                break;
            case 'K':
                EraseLine(number ?? 0);
                break;
            case 'J':
                EraseLine(number ?? 0);
                foreach (var line in (number ?? 0) == 0 ? _lines.Skip(_row + 1) : _lines)
                    line.Clear();
                break;
        }
    }

    private void EraseLine(int what)
    {
        var line = _lines[_row];
        if (what == 0 && _column < line.Length)
            line.Length = _column;
        else if (what == 2)
            line.Clear();
        else if (what == 1)
            line.Replace(line.ToString(0, Math.Min(_column, line.Length)), new string(' ', Math.Min(_column, line.Length)), 0, Math.Min(_column, line.Length));
    }

    private void MoveTo(int row)
    {
        while (_lines.Count <= row)
            _lines.Add(new StringBuilder());
        _row = row;
    }
}
