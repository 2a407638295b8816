using System.Buffers.Text;
using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Api;

/// <summary>The requested page of a list.</summary>
/// <param name="Limit">Most items on the page.</param>
/// <param name="Continue">From the previous answer; items added or removed in between neither repeat nor hide others.</param>
internal readonly record struct Page(
    [property: FromQuery(Name = "limit"), Description("Most items in one answer, 1 to 5000; default 500.")] int? Limit,
    [property: FromQuery(Name = "continue"), Description(
        "The value of continue in the previous answer; gets the next page.")] string? Continue)
{
    private const int Usual = 500;
    private const int Most = 5000;

    /// <summary>Answers with this page of a list.</summary>
    /// <param name="from">The items after the one with a key (null: from the beginning), ordered by key; only as many as needed
    /// are enumerated.</param>
    /// <param name="key">The key to continue after, even if the item is gone by then.</param>
    public IResult Of<TItem, TDocument>(Func<string?, IEnumerable<TItem>> from, Func<TItem, string> key, Func<TItem, TDocument> write)
    {
        if (Limit is < 1 or > Most)
            return Answers.WrongQuery($"limit={Limit}", $"is not a number of items; allowed: 1 to {Most}");
        string? after = null;
        if (Continue is not null && (after = Decode(Continue)) is null)
            return Answers.WrongQuery("continue", "is not a continue value of an earlier answer; start without it");
        var limit = Limit ?? Usual;
        var items = from(after).Take(limit + 1).ToList();
        var next = items.Count > limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key(items[limit - 1]))) : null;
        return Results.Json(new ItemList<TDocument>([.. items.Take(limit).Select(write)], next), Document.Json);
    }

    /// <summary>Answers with this page of a short or unsorted list.</summary>
    public IResult Of<TItem, TDocument>(IEnumerable<TItem> items, Func<TItem, string> key, Func<TItem, TDocument> write) =>
        Of(after => items.Where(i => after is null || string.CompareOrdinal(key(i), after) > 0).OrderBy(
            key, StringComparer.Ordinal), key, write);

    private static string? Decode(string text) =>
        text.Length > 0 && Base64Url.IsValid(text) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) : null;
}
