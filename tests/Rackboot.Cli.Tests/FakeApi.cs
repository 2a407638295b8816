using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>A management API on a Unix socket of its own that gives the answers a test prepared, and remembers what it was asked.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-cli-").FullName;
    private WebApplication? _server;

    public string Socket => Path.Combine(_directory, "api.sock");

    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    /// <summary>What was asked for, as <c>PUT /api/v1/machines/a?dryRun=true</c>.</summary>
    public IEnumerable<string> Lines => _requests.Select(r => r.Line);

    public static async Task<FakeApi> StartAsync()
    {
        var api = new FakeApi();
        await api.ListenAsync();
        return api;
    }

    /// <summary>Answers <paramref name="line"/>, with or without its query, by a document.</summary>
    public void Answer(string line, object document, int status = 200, string? etag = null) => Answer(line, http =>
    {
        http.Response.StatusCode = status;
        if (etag is not null)
            http.Response.Headers.ETag = $"\"{etag}\"";
        return http.Response.WriteAsJsonAsync(document, Document.Json);
    });

    public void Answer(string line, RequestDelegate answer) => _answers[line] = answer;

    public void Refuse(string line, int status, string detail, params ProblemError[] errors) =>
        Answer(line, new Problem { Status = status, Title = "Refused", Detail = detail, Errors = errors.Length > 0
            ? errors
            : null }, status);

    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Socket));
        _server = builder.Build();
        _server.UseWebSockets();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
    }

    public async Task StopAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
        File.Delete(Socket);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var line = $"{http.Request.Method} {http.Request.Path.Value}";
        var withQuery = line + http.Request.QueryString;
        _requests.Enqueue(new FakeRequest(withQuery, await reader.ReadToEndAsync()));
        if (_answers.TryGetValue(withQuery, out var answer) || _answers.TryGetValue(line, out answer))
        {
            await answer(http);
            return;
        }

        http.Response.StatusCode = 404;
        await http.Response.WriteAsJsonAsync(
            new Problem { Status = 404, Detail = $"the test prepared no answer to {withQuery}" }, Document.Json);
    }
}

/// <summary>One request as the fake API received it.</summary>
internal sealed record FakeRequest(string Line, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
