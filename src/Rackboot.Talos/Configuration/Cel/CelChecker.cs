namespace Rackboot.Talos.Configuration.Cel;

/// <summary>
/// Checks expressions in Google's Common Expression Language: syntax, names, fields, and the types of operators, which are strict
/// (<c>disk.size &gt; 120</c> compares uint with int and is refused). Calls with an unknown result type are
/// accepted unchecked. Grammar: google/cel-spec doc/langdef.md.
/// </summary>
internal sealed class CelChecker
{
    private const int MostDepth = 60;
    private static readonly string[] Reserved =
        ["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
            "var", "void", "while", "in"];

    private readonly List<CelToken> _tokens;
    private readonly CelEnvironment _environment;
    private readonly Stack<string> _locals = [];
    private int _next;
    private int _depth;

    private CelChecker(List<CelToken> tokens, CelEnvironment environment) => (_tokens, _environment) = (tokens, environment);

    private CelToken Current => _tokens[_next];

    /// <summary>The error in an expression, or null.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="environment">The names it can use.</param>
    /// <param name="wanted">The expected type.</param>
    public static string? Mistake(string text, CelEnvironment environment, CelType wanted)
    {
        if (text.Length > 20_000)
            return "the expression is longer than 20,000 characters";
        if (CelLexer.Read(text, out var error) is not { } tokens)
            return error;
        try
        {
            var checker = new CelChecker(tokens, environment);
            var type = checker.Conditional();
            if (checker.Current.Kind != 'e')
                throw checker.Unexpected();
            return type == wanted || type == CelType.Dyn ? null : $"the expression is {Name(type)}; it must be {Name(wanted)}";
        }
        catch (CelException e)
        {
            return e.Message;
        }
    }

    private sealed class CelException(string message) : Exception(message);

    private CelType Conditional()
    {
        if (++_depth > MostDepth)
            throw new CelException("the expression is nested too deeply");
        var type = Or();
        if (Take("?"))
        {
            Expect(type, CelType.Bool, "before ?");
            var (yes, _) = (Or(), Must(":"));
            var no = Conditional();
            type = yes == CelType.Dyn || no == CelType.Dyn ? CelType.Dyn : yes == no ? yes
                : throw new CelException($"one branch of ?: is {Name(yes)}, the other {Name(no)}");
        }

        _depth--;
        return type;
    }

    private CelType Or()
    {
        var type = And();
        while (Take("||"))
            type = Logical("||", type, And());
        return type;
    }

    private CelType And()
    {
        var type = Relation();
        while (Take("&&"))
            type = Logical("&&", type, Relation());
        return type;
    }

    private CelType Relation()
    {
        var type = Addition();
        while (Current is { Kind: 'o', Text: "<" or "<=" or ">" or ">=" or "==" or "!=" } or { Kind: 'n', Text: "in" })
        {
            var word = _tokens[_next++];
            var right = Addition();
            var fits = type == CelType.Dyn || right == CelType.Dyn
                || (word.Text == "in" ? right is CelType.List or CelType.Map or CelType.ClassMap
                : type == right
                    && (word.Text is "==" or "!=" || type is CelType.Bool or CelType.Int or CelType.UInt or CelType.Double or CelType.String
                    or CelType.Bytes or CelType.Duration));
            if (!fits)
                throw NoOverload(word, type, right);
            type = CelType.Bool;
        }

        return type;
    }

    private CelType Addition()
    {
        var type = Multiplication();
        while (Current is { Kind: 'o', Text: "+" or "-" })
        {
            var word = _tokens[_next++];
            type = Arithmetic(word, type, Multiplication(), word.Text == "+"
                && type is CelType.String or CelType.Bytes or CelType.List or CelType.Duration);
        }

        return type;
    }

    private CelType Multiplication()
    {
        var type = Unary();
        while (Current is { Kind: 'o', Text: "*" or "/" or "%" })
        {
            var word = _tokens[_next++];
            type = Arithmetic(word, type, Unary(), false);
        }

        return type;
    }

    private CelType Unary()
    {
        if (++_depth > MostDepth)
            throw new CelException("the expression is nested too deeply");
        CelType type;
        if (Take("!"))
        {
            type = Unary();
            Expect(type, CelType.Bool, "after !");
        }
        else if (Take("-"))
        {
            type = Unary();
            if (type is not (CelType.Int or CelType.Double or CelType.Dyn or CelType.Duration))
                throw new CelException($"- does not apply to {Name(type)}");
        }
        else
        {
            type = Member();
        }

        _depth--;
        return type;
    }

    private CelType Member()
    {
        var type = Primary();
        while (true)
        {
            if (Take("."))
            {
                Take("?");
                if (Current.Kind != 'n')
                    throw Unexpected();
                var name = _tokens[_next++];
                type = Take("(") ? Call(name, type) : CelEnvironment.Field(type, name.Text) is { } field && HasFields(type) ? field
                    : throw new CelException($"at character {name.At}: {Name(type)} has no field {name.Text}");
            }
            else if (Take("["))
            {
                Take("?");
                Conditional();
                Must("]");
                type = type switch
                {
                    CelType.ClassMap => CelType.Double,
                    CelType.List or CelType.Map or CelType.Dyn => CelType.Dyn,
                    _ => throw new CelException($"{Name(type)} has no [index]"),
                };
            }
            else
            {
                return type;
            }
        }
    }

    private CelType Primary()
    {
        var token = _tokens[_next];
        _next += token.Kind == 'e' ? 0 : 1;
        switch (token.Kind)
        {
            case 'i':
                return CelType.Int;
            case 'u':
                return CelType.UInt;
            case 'd':
                return CelType.Double;
            case 's':
                return CelType.String;
            case 'y':
                return CelType.Bytes;
            case 'n':
                return Named(token);
            case 'o' when token.Text == "(":
                var type = Conditional();
                Must(")");
                return type;
            case 'o' when token.Text == "[":
                Arguments("]");
                return CelType.List;
            case 'o' when token.Text == "{":
                return MapLiteral();
            default:
                _next -= token.Kind == 'e' ? 0 : 1;
                throw Unexpected();
        }
    }

    private CelType Named(CelToken token)
    {
        if (Take("("))
            return Call(token, null);
        if (token.Text is "true" or "false")
            return CelType.Bool;
        if (token.Text == "null")
            return CelType.Null;
        if (Array.IndexOf(Reserved, token.Text) >= 0)
            throw new CelException($"at character {token.At}: {token.Text} is a reserved word");
        if (_locals.Contains(token.Text) || token.Text is "optional" or "int" or "uint" or "double" or "string" or "bool" or "bytes"
            or "list" or "map" or "type" or "google")
            return CelType.Dyn;
        return _environment.Find(token.Text) ?? throw new CelException($"at character {token.At}: unknown name {token.Text}");
    }

    private CelType Call(CelToken name, CelType? target)
    {
        var isMacro = target is not null && name.Text is "all" or "exists" or "exists_one" or "map" or "filter" && Current.Kind == 'n'
            && _tokens[_next + 1].Text == ",";
        if (isMacro)
            _locals.Push(Current.Text);
        var arguments = Arguments(")");
        if (isMacro)
            _locals.Pop();
        if (target is null)
            return Function(name, arguments);
        return name.Text switch
        {
            "startsWith" or "endsWith" or "contains" or "matches" when target is CelType.String or CelType.Dyn
                && arguments is [CelType.String or CelType.Dyn] => CelType.Bool,
            "all" or "exists" or "exists_one" or "hasValue" => CelType.Bool,
            "filter" or "map" => CelType.List,
            "size" when target is CelType.String or CelType.Bytes or CelType.List or CelType.Map or CelType.ClassMap or CelType.Dyn =>
                CelType.Int,
            "orValue" or "value" or "or" or "optMap" or "optFlatMap" or "of" or "none" or "ofNonZeroValue" => CelType.Dyn,
            "getSeconds" or "getMinutes" or "getHours" or "getMilliseconds" => CelType.Int,
            _ when target == CelType.Dyn => CelType.Dyn,
            _ => throw new CelException(
                $"at character {name.At}: {name.Text}() does not apply to {Name(target.Value)} with these arguments"),
        };
    }

    private CelType Function(CelToken name, List<CelType> arguments)
    {
        var isText = arguments.TrueForAll(a => a is CelType.String or CelType.Dyn);
        return name.Text switch
        {
            "glob" when _environment.HasGlob && arguments.Count == 2 && isText => CelType.Bool,
            "mac" when ReferenceEquals(_environment, CelEnvironment.Link) && arguments is [CelType.Bytes or CelType.Dyn] => CelType.String,
            "multiply_qos_vectors" when ReferenceEquals(_environment, CelEnvironment.OomTrigger) && arguments.Count == 2 => CelType.Double,
            "has" when arguments.Count == 1 => CelType.Bool,
            "size" when arguments is [CelType.String or CelType.Bytes or CelType.List or CelType.Map or CelType.ClassMap or CelType.Dyn] =>
                CelType.Int,
            "int" when arguments.Count == 1 => CelType.Int,
            "uint" when arguments.Count == 1 => CelType.UInt,
            "double" when arguments.Count == 1 => CelType.Double,
            "string" when arguments.Count == 1 => CelType.String,
            "bytes" when arguments.Count == 1 => CelType.Bytes,
            "bool" when arguments.Count == 1 => CelType.Bool,
            "duration" when arguments.Count == 1 && isText => CelType.Duration,
            "matches" when arguments.Count == 2 && isText => CelType.Bool,
            "dyn" or "type" or "timestamp" when arguments.Count == 1 => CelType.Dyn,
            _ => throw new CelException(
                $"at character {name.At}: unknown function {name.Text}({string.Join(", ", arguments.Select(Name))})"),
        };
    }

    private List<CelType> Arguments(string end)
    {
        var types = new List<CelType>();
        while (!Take(end))
        {
            if (types.Count > 0)
                Must(",");
            if (types.Count > 0 && Take(end))
                break;
            types.Add(Conditional());
        }

        return types;
    }

    private CelType MapLiteral()
    {
        for (var first = true; !Take("}"); first = false)
        {
            if (!first)
                Must(",");
            if (!first && Take("}"))
                break;
            Conditional();
            Must(":");
            Conditional();
        }

        return CelType.Map;
    }

    private static CelType Logical(string word, CelType left, CelType right)
    {
        Expect(left, CelType.Bool, "before " + word);
        Expect(right, CelType.Bool, "after " + word);
        return CelType.Bool;
    }

    private static CelType Arithmetic(CelToken word, CelType left, CelType right, bool alsoTakes)
    {
        if (left == CelType.Dyn || right == CelType.Dyn)
            return CelType.Dyn;
        var fits = left == right && (alsoTakes || left is CelType.Int or CelType.UInt or CelType.Duration
            || (left == CelType.Double && word.Text != "%"));
        return fits ? left : throw NoOverload(word, left, right);
    }

    private static bool HasFields(CelType type) =>
        type is CelType.Disk or CelType.Volume or CelType.Link or CelType.Dyn or CelType.Map or CelType.ClassMap;

    private static void Expect(CelType type, CelType wanted, string where)
    {
        if (type != wanted && type != CelType.Dyn)
            throw new CelException($"{where} is {Name(type)}; it must be {Name(wanted)}");
    }

    private bool Take(string word)
    {
        if (Current.Kind != 'o' || Current.Text != word)
            return false;
        _next++;
        return true;
    }

    private bool Must(string word) => Take(word) ? true : throw Unexpected();

    private CelException Unexpected() => new($"at character {Current.At}: did not expect {Current.Text}");

    private static CelException NoOverload(CelToken word, CelType left, CelType right)
    {
        var hint = (left, right) is (CelType.UInt, CelType.Int) or (CelType.Int, CelType.UInt) ? "; write the number as 120u" : "";
        return new CelException($"at character {word.At}: {word.Text} does not take {Name(left)} and {Name(right)}{hint}");
    }

    private static string Name(CelType type) => type.ToString().ToLowerInvariant();
}
