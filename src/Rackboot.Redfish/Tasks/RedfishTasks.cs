using System.Net;
using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Follows what a service goes on doing after its answer (DSP0266, "Asynchronous operations"; Task and Job schemas).</summary>
internal sealed class RedfishTasks(RedfishConnection connection)
{
    // Task schema, TaskState, and Job schema, JobState; the rest is what a Dell job says.
    private static readonly string[] Failed =
        ["Exception", "Killed", "Cancelled", "Interrupted", "Invalid", "Failed", "CompletedWithErrors"];

    /// <summary>Waits for the task that an answer started; returns at once if it started none.</summary>
    /// <exception cref="RedfishException">
    /// The task failed (<see cref="RedfishFailure.Refused"/>), or did not end in time (<see cref="RedfishFailure.Busy"/>).
    /// </exception>
    public async Task<RedfishTaskProgress> FollowAsync(
        RedfishAnswer started, string what, TimeSpan limit, IProgress<RedfishTaskProgress>? progress, CancellationToken cancellation)
    {
        var task = TaskPath(started);
        var path = started.Status == HttpStatusCode.Accepted || task is not null ? started.Location ?? started.Body.Text("TaskMonitor")
            ?? task : null;
        var last = Progress(started.Body) ?? new RedfishTaskProgress("Completed", null, null);
        if (path is null)
            return last;
        var start = connection.Time.GetTimestamp();
        var pause = started.RetryAfter;
        while (connection.Time.GetElapsedTime(start) < limit)
        {
            progress?.Report(last);
            await Task.Delay(Pause(pause), connection.Time, cancellation).ConfigureAwait(false);
            if (await LookAsync(path, cancellation).ConfigureAwait(false) is not { } answer)
                continue;
            // A monitor may be gone once its task has ended; the task itself then tells how.
            if (answer.IsMissing && (task is null || task == path))
                return last with { State = "Completed" };
            if (answer.IsMissing)
            {
                path = task!;
                continue;
            }

            (task, pause) = (TaskPath(answer) ?? task, answer.RetryAfter);
            last = Progress(answer.Body) ?? last with { State = StateOf(answer) };
            if (HasEnded(last.State, answer))
            {
                progress?.Report(last);
                return Failed.Contains(last.State) || !answer.Succeeded ? throw Failure(what, last, answer) : last;
            }
        }

        throw connection.Error(
            RedfishFailure.Busy,
            $"{what} has not ended after {limit.TotalMinutes:0} min ({Describe(last)}); check the BMC's tasks, then restart the BMC if "
                + "this persists");
    }

    private TimeSpan Pause(TimeSpan? asked)
    {
        var least = connection.Options.PollInterval;
        return asked is { } a && a > least ? (a < TimeSpan.FromSeconds(30) ? a : TimeSpan.FromSeconds(30)) : least;
    }

    // A BMC that updates itself restarts: for a while it does not answer, or answers with errors.
    private async Task<RedfishAnswer?> LookAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var answer = await connection.SendAsync(new RedfishRequest(HttpMethod.Get, path), cancellation).ConfigureAwait(false);
            return answer.Status >= HttpStatusCode.InternalServerError && !answer.IsMissing ? null : answer;
        }
        catch (RedfishException e) when (e.Failure is RedfishFailure.NoAnswer or RedfishFailure.Busy or RedfishFailure.BadAnswer
            or RedfishFailure.Refused)
        {
            return null;
        }
    }

    // A monitor without a task in its body: 202 as long as it runs, then the answer of the operation itself.
    private static string StateOf(RedfishAnswer answer) =>
        answer.Status == HttpStatusCode.Accepted ? "Running" : answer.Succeeded ? "Completed" : "Exception";

    // Scheduled: a Dell job that waits for the machine's restart, which the caller has to order.
    private static bool HasEnded(string state, RedfishAnswer answer) =>
        !answer.Succeeded || Failed.Contains(state) || state is "Completed" or "Scheduled";

    private static string? TaskPath(RedfishAnswer answer) =>
        answer.Body.Has("TaskState") || answer.Body.Has("JobState") ? answer.Body.Text("@odata.id") : null;

    private static RedfishTaskProgress? Progress(JsonElement body)
    {
        if ((body.Text("TaskState") ?? body.Text("JobState")) is not { } state)
            return null;
        var message = body.Items("Messages").LastOrDefault();
        return new RedfishTaskProgress(
            state, body.Count("PercentComplete"), message.Text("Message") ?? body.Text("Message") ?? message.Text("MessageId"));
    }

    private RedfishException Failure(string what, RedfishTaskProgress last, RedfishAnswer answer) =>
        answer.Succeeded
            ? connection.Error(
                RedfishFailure.Refused, $"{what} failed ({Describe(last)}); see the BMC's log, and check that the file is for this model")
            : connection.Refusal(answer, what);

    private static string Describe(RedfishTaskProgress p) =>
        $"{p.State}{(p.Percent is { } n ? $", {n} %" : "")}{(p.Message is { } m ? $": \"{m}\"" : "")}";
}
