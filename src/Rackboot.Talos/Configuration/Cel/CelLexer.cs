namespace Rackboot.Talos.Configuration.Cel;

/// <summary>Splits an expression into tokens.</summary>
internal static class CelLexer
{
    private static readonly string[] Operators = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(",
        ")", "[", "]", "{", "}", ",", "."];

    /// <summary>The tokens; null, with place and reason, if the text contains anything else.</summary>
    public static List<CelToken>? Read(string text, out string? error)
    {
        error = null;
        var tokens = new List<CelToken>();
        var i = 0;
        while (i < text.Length)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
            }
            else if (text[i] == '/' && i + 1 < text.Length && text[i + 1] == '/')
            {
                i = text.IndexOf('\n', i) is var end and >= 0 ? end : text.Length;
            }
            else if (Next(text, i) is { } token)
            {
                tokens.Add(token.Token with { At = i + 1 });
                i += token.Length;
            }
            else
            {
                error = $"at character {i + 1}: unknown token";
                return null;
            }
        }

        tokens.Add(new CelToken('e', "the end", text.Length + 1));
        return tokens;
    }

    private static (CelToken Token, int Length)? Next(string text, int at)
    {
        var quote = at;
        while (quote < text.Length && quote < at + 2 && text[quote] is 'r' or 'R' or 'b' or 'B')
            quote++;
        if (quote < text.Length && text[quote] is '"' or '\'')
            return Quoted(text, at, quote);
        if (char.IsAsciiLetter(text[at]) || text[at] == '_')
        {
            var end = at;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            return (new CelToken('n', text[at..end], 0), end - at);
        }

        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return Number(text, at);
        var found = Array.Find(Operators, o => string.CompareOrdinal(text, at, o, 0, o.Length) == 0);
        return found is null ? null : (new CelToken('o', found, 0), found.Length);
    }

    private static (CelToken Token, int Length)? Quoted(string text, int at, int quote)
    {
        var prefix = text[at..quote].ToLowerInvariant();
        var mark = text[quote].ToString();
        if (string.CompareOrdinal(text, quote, mark + mark + mark, 0, 3) == 0)
            mark += mark + mark;
        var i = quote + mark.Length;
        while (i < text.Length && string.CompareOrdinal(text, i, mark, 0, mark.Length) != 0)
        {
            if (mark.Length == 1 && text[i] == '\n')
                return null;
            i += text[i] == '\\' && !prefix.Contains('r') ? 2 : 1;
        }

        if (i >= text.Length)
            return null;
        var length = i + mark.Length - at;
        return (new CelToken(prefix.Contains('b') ? 'y' : 's', text.Substring(at, length), 0), length);
    }

    private static (CelToken Token, int Length) Number(string text, int at)
    {
        var end = at;
        var isHex = text[at] == '0' && at + 1 < text.Length && text[at + 1] is 'x' or 'X';
        var isDouble = false;
        end += isHex ? 2 : 0;
        while (end < text.Length)
        {
            if (isHex ? char.IsAsciiHexDigit(text[end]) : char.IsAsciiDigit(text[end]))
                end++;
            else if (!isHex && text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
                (isDouble, end) = (true, end + 1);
            else if (!isHex && text[end] is 'e' or 'E' && end + 1 < text.Length
                && (char.IsAsciiDigit(text[end + 1]) || text[end + 1] is '+' or '-'))
                (isDouble, end) = (true, end + 2);
            else
                break;
        }

        if (!isDouble && end < text.Length && text[end] is 'u' or 'U')
            return (new CelToken('u', text[at..(end + 1)], 0), end + 1 - at);
        return (new CelToken(isDouble ? 'd' : 'i', text[at..end], 0), end - at);
    }
}
