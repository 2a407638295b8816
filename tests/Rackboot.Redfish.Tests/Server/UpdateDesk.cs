using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>Firmware updates and their tasks, which get further each time someone looks.</summary>
internal sealed class UpdateDesk(RedfishServer server)
{
    private readonly Dictionary<string, string> _monitors = [];
    private int _tasks;

    /// <summary>What was pulled or pushed, in order: a URL, or a number of bytes.</summary>
    public List<string> Updates { get; } = [];

    public Reply Start(string what)
    {
        Updates.Add(what);
        var path = $"/redfish/v1/TaskService/Tasks/{++_tasks + 900}";
        server.Resources.Put(path, new JsonObject
        {
            ["@odata.type"] = "#Task.v1_4_3.Task",
            ["Id"] = $"{_tasks + 900}",
            ["TaskState"] = "New",
            ["TaskStatus"] = "OK",
            ["PercentComplete"] = 0,
            ["Messages"] = new JsonArray(),
        });
        _monitors[RedfishTree.Key($"{path}/Monitor")] = path;
        return new Reply(202, (JsonObject)server.Resources[path]!.DeepClone())
        {
            Location = server.Mood.LocationHost + (server.Mood.LocationIsTheTask ? path : $"{path}/Monitor"), RetryAfter = "1",
        };
    }

    /// <summary>A task or its monitor; null if the path is neither.</summary>
    public Reply? Look(string path)
    {
        var monitor = _monitors.GetValueOrDefault(RedfishTree.Key(path));
        var task = monitor ?? _monitors.Values.FirstOrDefault(t => RedfishTree.Key(t) == RedfishTree.Key(path));
        if (task is null)
            return null;
        var resource = server.Resources[task]!;
        Advance(resource);
        var running = (string?)resource["TaskState"] == "Running";
        return new Reply(running && monitor is not null ? 202 : 200, (JsonObject)resource.DeepClone());
    }

    private void Advance(JsonObject task)
    {
        if ((string?)task["TaskState"] is "Completed" or "Exception")
            return;
        var percent = (int)task["PercentComplete"]! + 25;
        (task["PercentComplete"], task["TaskState"]) = (percent, percent < 100 ? "Running" : "Completed");
        if (server.Mood.TaskFails && percent >= 50)
        {
            (task["TaskState"], task["TaskStatus"]) = ("Exception", "Critical");
            task["Messages"] = new JsonArray(new JsonObject
            {
                ["MessageId"] = "Update.1.0.VerificationFailed", ["Message"] = "Verification of image at target BMC failed.",
            });
        }
    }
}
