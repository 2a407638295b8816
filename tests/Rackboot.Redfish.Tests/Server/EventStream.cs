using Microsoft.AspNetCore.Http;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>Two events as server-sent events, and the end of the stream.</summary>
internal static class EventStream
{
    public static async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(
            """
            : stream keep-alive

            id: 1
            data: {"@odata.type": "#Event.v1_4_1.Event", "Id": "1", "Events": [
            data: {"EventType": "Alert", "MessageId": "ResourceEvent.1.2.ResourceErrorsDetected", "Message": "Fan 3 is broken.",
            data:  "Severity": "Critical", "EventTimestamp": "2026-11-21T08:00:00Z",
            data:  "OriginOfCondition": {"@odata.id": "/redfish/v1/Chassis/1/Thermal"}}]}

            id: 2
            data: this is not JSON

            id: 3
            data: {"Events": [{"Message": "Power is off."}, {"Message": "Power is on."}]}


            """);
    }
}
