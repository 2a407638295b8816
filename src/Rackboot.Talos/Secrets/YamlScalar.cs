using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rackboot.Talos.Secrets;

/// <summary>Writes a string as a YAML scalar like Go's encoder: plain if it reads back as the same string, else quoted.</summary>
internal static partial class YamlScalar
{
    public static string Write(string value) =>
        Plain().IsMatch(value) && !OtherType().IsMatch(value) ? value : JsonSerializer.Serialize(value);

    [GeneratedRegex(@"^[A-Za-z0-9_/.+][A-Za-z0-9_/.+=@-]*\z|^-[A-Za-z0-9_/.+=][A-Za-z0-9_/.+=@-]*\z")]
    private static partial Regex Plain();

    // Text that YAML 1.1 or 1.2 would read as a number, a boolean, a date or null.
    [GeneratedRegex(
        @"^(?:[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
        + @"|[-+]?0[xob][0-9A-Fa-f_]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
        + @"|y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF"
        + @"|true|True|TRUE|false|False|FALSE|null|Null|NULL|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*)\z")]
    private static partial Regex OtherType();
}
