using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>What a service says about a refusal: the extended error of DSP0266 ("Error responses"), in whichever of its places the vendor
/// put it.</summary>
internal static class ServiceMessage
{
    private const int LongestText = 400;
    private const int MostMessages = 4;

    /// <summary>The ids and texts of an answer's messages, for looking for a known one. May hold what the request held.</summary>
    public static string Everything(JsonElement body) => string.Join(" ", Messages(body).Select(m => $"{m.Id} {m.Text}"));

    /// <summary>A short text for people, or null if the service gave no reason.</summary>
    /// <param name="scrub">Takes secrets out; before the text is cut, or a part of one would stay.</param>
    public static string? Summary(JsonElement body, Func<string, string> scrub)
    {
        var messages = Messages(body);
        var said = messages.Select(m => m.Text).OfType<string>().ToList();
        if (said.Count == 0)
            said = [.. messages.Select(m => m.Id).OfType<string>()];
        var text = scrub(string.Join("; ", said.Distinct().Take(MostMessages)));
        return text.Length switch
        {
            0 => null,
            > LongestText => text[..LongestText] + "...",
            _ => text,
        };
    }

    /// <summary>The first argument of the message with this name; null if the answer has no such message.</summary>
    public static string? ArgumentOf(JsonElement body, string name) =>
        Extended(body.Child("error")).Concat(Extended(body))
            .Where(i => i.Text("MessageId")?.EndsWith("." + name, StringComparison.Ordinal) == true)
            .Select(i => i.Texts("MessageArgs")).FirstOrDefault(a => a.Count > 0)?[0];

    private static List<(string? Id, string? Text)> Messages(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.String)
            return [(null, body.AsText())];
        var error = body.Child("error");
        var found = Extended(error).Concat(Extended(body)).Concat(Annotated(body))
            .Select(i => (i.Text("MessageId"), i.Text("Message"))).ToList();
        if (found.All(m => m.Item2 is null)) // otherwise the error's own message says no more than "see the extended information"
            found.Add((error.Text("code"), error.Text("message")));
        return found;
    }

    private static IEnumerable<JsonElement> Extended(JsonElement holder)
    {
        var info = holder.Child("@Message.ExtendedInfo");
        return info.ValueKind == JsonValueKind.Object ? [info] : holder.Items("@Message.ExtendedInfo");
    }

    // Messages about one property stand beside it: "Boot@Message.ExtendedInfo".
    private static IEnumerable<JsonElement> Annotated(JsonElement body) =>
        body.ValueKind != JsonValueKind.Object
            ? []
            : body.EnumerateObject()
                .Where(p => p.Name.Length > 21 && p.Name.EndsWith("@Message.ExtendedInfo", StringComparison.Ordinal)
                    && p.Value.ValueKind == JsonValueKind.Array)
                .SelectMany(p => p.Value.EnumerateArray());
}
