using System.Globalization;
using System.Text;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>A URL split like Go's net/url. Talos merges and checks URLs by these parts.</summary>
public sealed record GoUrl(string Scheme, string Opaque, string? User, string Host, string Path, string Query, string Fragment,
    bool HasAuthority)
{
    /// <summary>The host without port and brackets.</summary>
    public string Hostname => Host.StartsWith('[') ? Host[1..Math.Max(1, Host.IndexOf(']'))] : Host.Contains(':')
        ? Host[..Host.LastIndexOf(':')] : Host;

    /// <summary>The port, or empty.</summary>
    public string Port => Host.LastIndexOf(':') is var colon && colon > Host.LastIndexOf(']') ? Host[(colon + 1)..] : "";

    /// <summary>Reads a URL as net/url.Parse does: it accepts nearly everything, relative references too.</summary>
    public static bool TryParse(string text, out GoUrl url)
    {
        url = new GoUrl("", "", null, "", "", "", "", false);
        if (text.Any(c => c is < ' ' or '\x7f'))
            return false;
        var fragment = text.Split('#', 2);
        var rest = fragment[0];
        if (!TryScheme(ref rest, out var scheme))
            return false;
        var query = rest.Split('?', 2);
        rest = query[0];
        url = url with { Scheme = scheme, Query = query.ElementAtOrDefault(1) ?? "", Fragment = fragment.ElementAtOrDefault(1) ?? "" };
        if (!rest.StartsWith('/'))
        {
            if (scheme.Length > 0)
            {
                url = url with { Opaque = rest };
                return true;
            }

            if (rest.Split('/')[0].Contains(':'))
                return false;
        }

        if (rest.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? "" : rest[slash..];
            var at = authority.LastIndexOf('@');
            url = url with { User = at < 0 ? null : authority[..at], Host = authority[(at + 1)..], HasAuthority = true };
            if (!IsHost(url.Host))
                return false;
        }

        url = url with { Path = rest };
        return HasValidEscapes(rest);
    }

    /// <summary>Merges two URLs part by part: an empty part changes nothing.</summary>
    public GoUrl Merge(GoUrl other) => new(
        Pick(Scheme, other.Scheme), Pick(Opaque, other.Opaque), other.User ?? User, Pick(Host, other.Host), Pick(Path, other.Path),
        Pick(Query, other.Query),
        Pick(Fragment, other.Fragment), HasAuthority || other.HasAuthority);

    public override string ToString()
    {
        var text = new StringBuilder();
        if (Scheme.Length > 0)
            text.Append(Scheme).Append(':');
        if (Opaque.Length > 0)
            text.Append(Opaque);
        else
        {
            if (HasAuthority || Host.Length > 0 || User is not null)
                text.Append("//");
            if (User is not null)
                text.Append(User).Append('@');
            text.Append(Host);
            if (Path.Length > 0 && Path[0] != '/' && Host.Length > 0)
                text.Append('/');
            text.Append(Path);
        }

        if (Query.Length > 0)
            text.Append('?').Append(Query);
        if (Fragment.Length > 0)
            text.Append('#').Append(Fragment);
        return text.ToString();
    }

    private static string Pick(string left, string right) => right.Length > 0 ? right : left;

    private static bool TryScheme(ref string rest, out string scheme)
    {
        scheme = "";
        for (var i = 0; i < rest.Length; i++)
        {
            if (char.IsAsciiLetter(rest[i]) || (i > 0 && (char.IsAsciiDigit(rest[i]) || rest[i] is '+' or '-' or '.')))
                continue;
            if (rest[i] != ':')
                return true;
            if (i == 0)
                return false;
            (scheme, rest) = (rest[..i].ToLowerInvariant(), rest[(i + 1)..]);
            return true;
        }

        return true;
    }

    private static bool IsHost(string host)
    {
        var port = host;
        if (host.StartsWith('['))
        {
            var end = host.LastIndexOf(']');
            if (end < 0 || !ConfigAddress.TryParse(host[1..end].Replace("%25", "%", StringComparison.Ordinal), out _)
                || !host[1..end].Contains(':'))
                return false;
            port = host[(end + 1)..];
            if (port.Length > 0 && port[0] != ':')
                return false;
        }

        var colon = port.LastIndexOf(':');
        return (colon < 0 || port[(colon + 1)..].All(char.IsAsciiDigit))
            && !host.Any(c => c is ' ' or '<' or '>' or '"' or '\\' or '^' or '`' or '{' or '|' or '}')
            && HasValidEscapes(host.StartsWith('[') ? "" : host);
    }

    private static bool HasValidEscapes(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out _))
                return false;
        }

        return true;
    }
}
