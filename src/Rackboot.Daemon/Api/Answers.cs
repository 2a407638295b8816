using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core;

namespace Rackboot.Daemon.Api;

/// <summary>Answers common to the whole API: problems, versions and their ETags.</summary>
internal static class Answers
{
    public static IResult Problem(
        int status, string title, string? detail, IReadOnlyList<ProblemError>? errors = null,
        IReadOnlyList<ProblemError>? warnings = null) =>
        Results.Json(
            new Problem
            {
                Type = "about:blank", Status = status, Title = title, Detail = detail, Errors = errors,
                Warnings = warnings is { Count: > 0 } ? warnings : null,
            },
            Document.Json, "application/problem+json", status);

    public static IResult Invalid(IReadOnlyList<ProblemError> errors, IReadOnlyList<ProblemError>? warnings = null) =>
        Problem(StatusCodes.Status422UnprocessableEntity, "The document has errors", string.Join(
            "; ", errors.Select(e => e.Path.Length == 0 ? e.Message : $"{e.Path[1..].Replace('/', '.')}: {e.Message}")), errors, warnings);

    /// <summary>A query parameter is wrong.</summary>
    public static IResult WrongQuery(string parameter, string message) =>
        Problem(StatusCodes.Status400BadRequest, "Invalid request", $"{parameter}: {message}");

    /// <summary>Parses the word of a query parameter, ignoring case.</summary>
    public static bool TryWord<T>(string parameter, string? text, out T? word, [NotNullWhen(false)] out IResult? wrong)
        where T : struct, Enum
    {
        (word, wrong) = (null, null);
        if (text is null)
            return true;
        if (Enum.TryParse<T>(text, ignoreCase: true, out var parsed) && text.All(char.IsAsciiLetter))
            word = parsed;
        else
            wrong = WrongQuery(parameter,
                $"\"{text}\" is not allowed; allowed: {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}");
        return wrong is null;
    }

    /// <summary>Parses a query parameter with several comma-separated words; null if it is absent.</summary>
    public static bool TryWords<T>(string parameter, string? text, out IReadOnlyList<T>? words, [NotNullWhen(false)] out IResult? wrong)
        where T : struct, Enum
    {
        (words, wrong) = (null, null);
        if (text is null)
            return true;
        var all = new List<T>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
            if (TryWord<T>(parameter, part, out var word, out wrong))
                all.Add(word!.Value);
            else
                return false;
        words = all;
        return true;
    }

    /// <summary>The caller may not do this; the API says so only to who is logged in.</summary>
    public static IResult Forbidden(string what) => Problem(StatusCodes.Status403Forbidden, "Forbidden", what);

    public static IResult NotFound(string what) => Problem(StatusCodes.Status404NotFound, "Not found", what);

    public static IResult Refused(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.NotFound => NotFound(refusal.Message),
        RefusalKind.Changed => Problem(StatusCodes.Status412PreconditionFailed, "Changed concurrently", refusal.Message),
        RefusalKind.Conflict =>
            Problem(StatusCodes.Status409Conflict, "Conflict", refusal.Message, [new ProblemError(refusal.Path, refusal.Message)]),
        _ => Invalid([new ProblemError(refusal.Path, refusal.Message)]),
    };

    public static IResult Versioned<T>(HttpContext http, T document, long version, bool created = false)
    {
        http.Response.Headers.ETag = $"\"{version}\"";
        return Results.Json(document, Document.Json, statusCode: created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    public static IResult List<T>(IEnumerable<T> items) => Results.Json(new ItemList<T>([.. items]), Document.Json);

    /// <summary>The version that the caller expects (If-Match, If-None-Match: *); null if it does not matter, -1 if no version
    /// can match.</summary>
    public static long? Expected(HttpRequest request)
    {
        if (request.Headers.IfNoneMatch == "*")
            return 0;
        var match = request.Headers.IfMatch.ToString();
        if (match is "" or "*")
            return null;
        var tag = match.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        return long.TryParse(tag.AsSpan(0, tag.IndexOf('.') is >= 0 and var dot ? dot : tag.Length), out var version) ? version : -1;
    }

    /// <summary>Reads a document; adds each error in its form with its place.</summary>
    public static async Task<T?> ReadAsync<T>(HttpRequest request, List<ProblemError> errors)
        where T : class
    {
        try
        {
            var document = await JsonSerializer.DeserializeAsync<T>(request.Body, Document.Json, request.HttpContext.RequestAborted)
                .ConfigureAwait(false);
            if (document is null)
                errors.Add(new("", "is null; send a document"));
            return document;
        }
        catch (JsonException e)
        {
            errors.Add(Mistake(e));
            return null;
        }
    }

    /// <summary>Reads a document that is part of another.</summary>
    public static T? Read<T>(JsonElement json, List<ProblemError> errors)
        where T : class
    {
        try
        {
            return json.Deserialize<T>(Document.Json);
        }
        catch (JsonException e)
        {
            errors.Add(Mistake(e));
            return null;
        }
    }

    // The serializer's message may quote the document, which may hold a secret: report only the place.
    private static ProblemError Mistake(JsonException e)
    {
        var path = "/" + string.Join('/', (e.Path ?? "$").TrimStart('$').Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries));
        return new(path == "/" ? "" : path, Expectation(e));
    }

    private static string Expectation(JsonException e) =>
        e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "unknown field"
        : e.Message.Contains("null values", StringComparison.Ordinal) ? "cannot be null"
        : e.Message.Contains("could not be converted", StringComparison.Ordinal) ? "has the wrong type or is not one of the allowed words"
        : $"is not JSON (line {e.LineNumber + 1})";
}
