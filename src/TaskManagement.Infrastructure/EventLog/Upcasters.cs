using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>The upcasters there are, in chains from version to version.</summary>
internal sealed class Upcasters
{
    private readonly Dictionary<(string EventType, int FromVersion), IUpcaster> _found = [];

    public Upcasters(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(type => type.IsAssignableTo(typeof(IUpcaster))))
        {
            var upcaster = type.GetConstructor(Type.EmptyTypes) is null
                ? throw new InvalidOperationException($"{type} is an upcaster and has no constructor without parameters.")
                : (IUpcaster)Activator.CreateInstance(type)!;
            if (!_found.TryAdd((upcaster.EventType, upcaster.FromVersion), upcaster))
            {
                throw new InvalidOperationException(
                    $"{type} and {_found[(upcaster.EventType, upcaster.FromVersion)].GetType()} both upcast {upcaster.EventType} from version {upcaster.FromVersion}.");
            }
        }
    }

    /// <summary>The upcasters of an event from version 1, 2, 3 … to its newest.</summary>
    /// <exception cref="InvalidOperationException">One is missing, or there is one that leads beyond the newest version.</exception>
    public IReadOnlyList<IUpcaster> To(EventTypeAttribute newest)
    {
        if (_found.Keys.FirstOrDefault(key => key.EventType == newest.Name && (key.FromVersion < 1 || key.FromVersion >= newest.Version)) is { EventType: not null } beyond)
        {
            throw new InvalidOperationException(
                $"{_found[beyond].GetType()} upcasts {newest.Name} from version {beyond.FromVersion}, and its class is of version {newest.Version}.");
        }

        return
        [
            .. Enumerable.Range(1, newest.Version - 1).Select(version => _found.GetValueOrDefault((newest.Name, version))
                ?? throw new InvalidOperationException(
                    $"{newest.Name} has version {newest.Version} and no IUpcaster from version {version}, so events of that version could not be read.")),
        ];
    }

    /// <exception cref="InvalidOperationException">There is an upcaster of an event that there is not.</exception>
    public void RefuseThoseOfNoEvent(IEnumerable<string> names)
    {
        if (_found.FirstOrDefault(found => !names.Contains(found.Key.EventType)) is { Value: { } lost, Key: var key })
            throw new InvalidOperationException($"{lost.GetType()} upcasts {key.EventType}, and there is no such event.");
    }
}
