using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>Answers that no service should give, for the requests that match.</summary>
internal static class Misbehaviour
{
    /// <summary>To every request but those for the root and sessions.</summary>
    public static Func<HttpContext, Task<bool>> Everywhere(Func<HttpContext, Task> answer) => async context =>
    {
        var path = RedfishTree.Key(context.Request.Path);
        if (path is "/redfish/v1" || path.Contains("session", StringComparison.Ordinal))
            return false;
        await answer(context);
        return true;
    };

    /// <summary>The first few times.</summary>
    public static Func<HttpContext, Task<bool>> Times(int times, Func<HttpContext, Task> answer)
    {
        var inner = Everywhere(async context => await answer(context));
        return async context => Volatile.Read(ref times) > 0 && await inner(context) && Interlocked.Decrement(ref times) >= 0;
    }

    public static Func<HttpContext, Task> Status(int status, string? retryAfter = null, string? body = null) => async context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        if (body is not null)
            await context.Response.WriteAsync(body);
    };

    public static async Task HalfAnAnswer(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("{\"Members\": [{\"@odata.id\": \"/redf");
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    public static async Task HalfTheJson(HttpContext context) =>
        await context.Response.WriteAsync("{\"Members\": [{\"@odata.id\": \"/redf");

    public static async Task NoHttp(HttpContext context)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
        await socket.SendAsync(Encoding.ASCII.GetBytes("SSH-2.0-dropbear\r\n"), SocketFlags.None);
        context.Abort();
    }

    /// <summary>Fifty megabytes; the headers may tell how much is to come.</summary>
    public static async Task Huge(HttpContext context, bool said)
    {
        if (said)
            context.Response.ContentLength = 50 << 20;
        var chunk = new byte[1 << 20];
        Array.Fill(chunk, (byte)' ');
        for (var i = 0; i < 50 && !context.RequestAborted.IsCancellationRequested; i++)
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
    }

    public static async Task Deep(HttpContext context) =>
        await context.Response.WriteAsync(
            string.Concat(Enumerable.Repeat("{\"a\":[", 5000)) + string.Concat(Enumerable.Repeat("]}", 5000)));

    public static async Task Garbage(HttpContext context) =>
        await context.Response.Body.WriteAsync(new byte[] { 0x00, 0xff, 0x13, 0x37, 0x80 });

    public static Func<HttpContext, Task> Redirect(string to) => context =>
    {
        context.Response.StatusCode = 307;
        context.Response.Headers.Location = to;
        return Task.CompletedTask;
    };

    public static async Task Trickle(HttpContext context)
    {
        await context.Response.WriteAsync("{\"Members\": [");
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!context.RequestAborted.IsCancellationRequested && await often.WaitForNextTickAsync())
        {
            await context.Response.WriteAsync(" ");
            await context.Response.Body.FlushAsync();
        }
    }

    public static async Task Never(HttpContext context)
    {
        var aborted = new TaskCompletionSource();
        await using var _ = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }
}
