using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>HTTP as any client may use it: methods, forms, versions, encodings.</summary>
public sealed class RestTests
{
    private const string Profile = """{"kind":"Profile","name":"default","talos":{"version":"v1.14.0"}}""";

    [Theory]
    [InlineData("POST", "/api/v1/machines", "GET", 405)]
    [InlineData("PATCH", "/api/v1/profiles/default", "DELETE, GET, PUT", 405)]
    [InlineData("GET", "/api/v1/apply", "POST", 405)]
    [InlineData("DELETE", "/openapi/v1.json", "GET", 405)]
    [InlineData("GET", "/api/v1/nosuch", "", 404)]
    [InlineData("GET", "/", "", 404)]
    public async Task A_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(string method, string path, string allow,
        int status)
    {
        await using var api = await RunningApi.StartAsync();
        using var answer = await api.SendAsync(new HttpMethod(method), path, Json("{}"));
        var problem = await ProblemAsync(answer, status);
        Assert.Equal(allow, string.Join(", ", answer.Content.Headers.Allow.Order()));
        Assert.Contains(status == 405 ? $"{method} is not allowed here; allowed: " : "there is no such path", problem.Detail,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_of_another_type_is_refused(string type)
    {
        await using var api = await RunningApi.StartAsync();
        using var answer = await api.SendAsync(HttpMethod.Put, "/api/v1/profiles/default", new StringContent(Profile, Encoding.UTF8, type));
        Assert.Contains($"the body is {type}", (await ProblemAsync(answer, 415)).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/machines?limit=many", "limit: \"many\" is not a whole number")]
    [InlineData("/api/v1/machines?limit=-1", "limit=-1: is not a number of items; allowed: 1 to 5000")]
    [InlineData("/api/v1/machines/a/power?cached=maybe", "cached: \"maybe\" is not true or false")]
    [InlineData("/api/v1/machines?limits=2", "limits: is not a parameter; did you mean limit?")]
    public async Task A_parameter_that_cannot_be_is_refused_by_its_name(string path, string detail)
    {
        await using var api = await RunningApi.StartAsync();
        using var answer = await api.SendAsync(HttpMethod.Get, path);
        Assert.Equal(detail, (await ProblemAsync(answer, 400)).Detail);
    }

    [Fact]
    public async Task Head_answers_as_get_does_without_the_body_and_without_following_a_stream()
    {
        await using var api = await ServedAppliance.StartAsync();
        using var get = await api.SendAsync(HttpMethod.Get, "/api/v1/status");
        foreach (var path in (string[])["/api/v1/machines", "/api/v1/profiles", "/metrics", "/openapi/v1.json", "/api/v1/events"])
        {
            using var head = await api.SendAsync(HttpMethod.Head, path);
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            Assert.Equal(path == "/api/v1/events", head.Content.Headers.ContentLength is null or 0);
        }

        using var missing = await api.SendAsync(HttpMethod.Head, "/api/v1/machines/nosuch");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        using var post = await api.SendAsync(HttpMethod.Head, "/api/v1/apply");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task The_stream_of_events_begins_before_the_first_event()
    {
        await using var api = await RunningApi.StartAsync();
        using var answer = await api.SendAsync(HttpMethod.Get, "/api/v1/events", until: HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Who_has_a_document_already_gets_304_until_it_changes()
    {
        await using var api = await ServedAppliance.StartAsync();
        await api.SendAsync(HttpMethod.Put, "/api/v1/profiles/default", Json(Profile));
        foreach (var path in (string[])["/api/v1/profiles/default", "/api/v1/profiles"])
        {
            using var first = await api.SendAsync(HttpMethod.Get, path);
            var tag = first.Headers.ETag!.ToString();
            using var again = await api.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", $"\"other\", W/{tag}"));
            Assert.Equal((HttpStatusCode.NotModified, tag), (again.StatusCode, again.Headers.ETag!.ToString()));
            Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        }

        using var before = await api.SendAsync(HttpMethod.Get, "/api/v1/profiles/default");
        using var changed = await api.SendAsync(HttpMethod.Put, "/api/v1/profiles/default",
            Json(Profile.Replace("1.14.0", "1.14.1", StringComparison.Ordinal)),
            ("If-Match", before.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using var after = await api.SendAsync(HttpMethod.Get, "/api/v1/profiles/default", null,
            ("If-None-Match", before.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        using var late = await api.SendAsync(HttpMethod.Put, "/api/v1/profiles/default", Json(Profile),
            ("If-Match", before.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
    }

    [Fact]
    public async Task A_document_is_compressed_for_who_takes_gzip_and_is_the_same()
    {
        await using var api = await ServedAppliance.StartAsync();
        using var plain = await api.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        using var packed = await api.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, ("Accept-Encoding", "br, gzip"));
        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.Equal("Accept-Encoding", Assert.Single(packed.Headers.Vary));
        var (one, two) = (await plain.Content.ReadAsStringAsync(), await packed.Content.ReadAsByteArrayAsync());
        using var reader = new StreamReader(new GZipStream(new MemoryStream(two), CompressionMode.Decompress));
        Assert.Equal(one, await reader.ReadToEndAsync());
        Assert.InRange(two.Length, 1, one.Length / 5);
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        using var known = await api.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, ("If-None-Match", packed.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using var refused = await api.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, ("Accept-Encoding", "gzip;q=0"));
        Assert.Empty(refused.Content.Headers.ContentEncoding);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<Problem> ProblemAsync(HttpResponseMessage answer, int status)
    {
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonSerializer.Deserialize<Problem>(await answer.Content.ReadAsStringAsync(), Document.Json)!;
        Assert.Equal(status, problem.Status);
        return problem;
    }
}
