namespace Rackboot.Contracts.Selection;

/// <summary>Reads the parts of a label selector from its text.</summary>
internal ref struct SelectorReader(string text)
{
    private int _at;

    /// <summary>What was wrong, once something was.</summary>
    public string Mistake { get; private set; } = "";

    public bool AtEnd
    {
        get
        {
            while (_at < text.Length && text[_at] == ' ')
                _at++;
            return _at == text.Length;
        }
    }

    /// <summary>What comes next, as a message shows it.</summary>
    public string Next => AtEnd ? "the end" : IsWord(text[_at]) ? $"\"{Peek()}\"" : $"\"{text[_at]}\"";

    /// <summary>The next requirement; null if what stands there is none.</summary>
    public LabelRequirement? Requirement()
    {
        var absent = Take('!');
        if (Word() is not { Length: > 0 } key)
            return Wrong($"a label's key is expected where {Next} stands");
        if (absent)
            return new LabelRequirement(key, [], Negated: true);
        if (Take('!'))
            return Take('=') ? new LabelRequirement(key, [Word()], Negated: true) : Wrong($"after \"{key}!\" comes =");
        if (Take('='))
        {
            _ = Take('=');
            return new LabelRequirement(key, [Word()], Negated: false);
        }

        return Peek() switch
        {
            "in" => Set(key, negated: false),
            "notin" => Set(key, negated: true),
            _ => new LabelRequirement(key, [], Negated: false),
        };
    }

    public bool Take(char expected)
    {
        if (AtEnd || text[_at] != expected)
            return false;
        _at++;
        return true;
    }

    private LabelRequirement? Set(string key, bool negated)
    {
        var word = Word();
        if (!Take('('))
            return Wrong($"after \"{key} {word}\" come values in parentheses");
        var values = new List<string>();
        do
            values.Add(Word());
        while (Take(','));
        if (!Take(')'))
            return Wrong($"a closing parenthesis is missing where {Next} stands");
        return values is [""]
            ? Wrong($"there are no values in the parentheses after \"{key} {word}\"")
            : new LabelRequirement(key, values, negated);
    }

    private LabelRequirement? Wrong(string what)
    {
        Mistake = what;
        return null;
    }

    private string Peek()
    {
        var at = _at;
        var word = Word();
        _at = at;
        return word;
    }

    // An empty word is an empty value: rack= chooses what has the label rack with nothing in it.
    private string Word()
    {
        _ = AtEnd;
        var start = _at;
        while (_at < text.Length && IsWord(text[_at]))
            _at++;
        return text[start.._at];
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/';
}
