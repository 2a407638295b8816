using System.Text.Json;
using System.Text.RegularExpressions;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Api;

/// <summary>Answers requests that reach no endpoint with problem details: a path, a method or a form that the API does not have.</summary>
internal static partial class RequestProblems
{
    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await Wrong(e).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        // Routing sets only a status for requests it refuses.
        if (!http.Response.HasStarted && http.Response is { StatusCode: >= 400, ContentType: null, ContentLength: null }
            && Problem(http) is { } problem)
            await problem.ExecuteAsync(http).ConfigureAwait(false);
    }

    private static IResult? Problem(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound when http.GetEndpoint() is null =>
            Answers.NotFound($"there is no such path; {ApiPaths.OpenApi} describes the API"),
        StatusCodes.Status405MethodNotAllowed => Answers.Problem(StatusCodes.Status405MethodNotAllowed, "Method not allowed",
            $"{http.Request.Method} is not allowed here; allowed: {http.Response.Headers.Allow}"),
        StatusCodes.Status415UnsupportedMediaType => Answers.Problem(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type",
            $"{Given(http)}; send the body with Content-Type: application/json"),
        StatusCodes.Status400BadRequest =>
            Answers.Problem(StatusCodes.Status400BadRequest, "Invalid request", $"see {ApiPaths.OpenApi}"),
        _ => null,
    };

    private static string Given(HttpContext http) =>
        http.Request.ContentType is { Length: > 0 } type ? $"the body is {type}" : "the request has no Content-Type";

    private static IResult Wrong(BadHttpRequestException e)
    {
        if (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            return Answers.Problem(e.StatusCode, "Content too large", "the body is larger than this path allows");
        // Failed to bind parameter "Nullable<int> limit" from "x".
        return Parameter().Match(e.Message) is { Success: true } match
            ? Answers.WrongQuery(JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value),
                $"\"{match.Groups["value"].Value}\" is not {Word(match.Groups["type"].Value)}")
            : Answers.Problem(e.StatusCode, "Invalid request", e.Message);
    }

    private static string Word(string type) =>
        type.Contains("bool", StringComparison.Ordinal) ? "true or false"
        : type.Contains("int", StringComparison.Ordinal) || type.Contains("long", StringComparison.Ordinal) ? "a whole number"
        : "a value that this parameter accepts";

    [GeneratedRegex("""^Failed to bind parameter "(?<type>.+) (?<name>\w+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex Parameter();
}
