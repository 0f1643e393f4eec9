#include "octets.h"

#include <algorithm>
#include <span>

namespace cicada::applet_sim::misbehave {
namespace {

using base::Bytes;
using base::ByteView;
using Edited = std::optional<Bytes>;

struct Node {
  tlv::Tag tag = 0;
  Bytes value;
};
using Nodes = std::vector<Node>;

std::optional<Nodes> take_apart(ByteView field) {
  Nodes nodes;
  tlv::Reader reader{field};
  while (!reader.at_end()) {
    const auto object = reader.next();
    if (!object) return std::nullopt;
    nodes.push_back({.tag = object->tag, .value = base::to_bytes(object->value)});
  }
  return nodes;
}

/// Nothing when a value has become longer than an object can be.
Edited put_together(const Nodes& nodes) {
  Bytes field;
  for (const auto& node : nodes) {
    if (node.value.size() > tlv::kMaxValueSize) return std::nullopt;
    tlv::append(field, node.tag, node.value);
  }
  return field;
}

bool contains(ByteView value, ByteView octets) {
  return octets.empty() || !std::ranges::search(value, octets).empty();
}

std::optional<std::size_t> find(const Nodes& nodes, const PathElement& element, ByteView containing) {
  unsigned seen = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].tag != element.tag || !contains(nodes[i].value, containing)) continue;
    if (++seen == element.nth) return i;
  }
  return std::nullopt;
}

using Change = std::function<bool(Nodes&, std::size_t)>;

/// Lets `change` loose on the siblings of the object at the end of the path.
Edited change_at(ByteView field, std::span<const PathElement> path, ByteView containing, const Change& change) {
  auto nodes = take_apart(field);
  if (!nodes || path.empty()) return std::nullopt;
  const bool last = path.size() == 1;
  const auto at = find(*nodes, path.front(), last ? containing : ByteView{});
  if (!at) return std::nullopt;
  if (last) {
    if (!change(*nodes, *at)) return std::nullopt;
  } else {
    auto inner = change_at((*nodes)[*at].value, path.subspan(1), containing, change);
    if (!inner) return std::nullopt;
    (*nodes)[*at].value = std::move(*inner);
  }
  return put_together(*nodes);
}

/// The octets that `offset` and `count` mean; nothing when they do not lie in the value.
std::optional<std::span<std::uint8_t>> region(const Action& action, Bytes& value) {
  const auto size = static_cast<std::int64_t>(value.size());
  auto first = action.offset.value_or(0);
  if (first < 0) first += size;
  if (first < 0 || first > size) return std::nullopt;
  const auto count = action.count.value_or(size - first);
  if (count < 0 || count > size - first) return std::nullopt;
  return std::span{value}.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

Edited replaced(const Action& action, Bytes value) {
  const auto part = region(action, value);
  if (!part) return std::nullopt;
  const auto at = value.begin() + (part->data() - value.data());
  const auto next = value.erase(at, at + static_cast<std::ptrdiff_t>(part->size()));
  value.insert(next, action.octets.begin(), action.octets.end());
  return value;
}

/// The octet at `offset`; the last one without.
Edited flipped(const Action& action, Bytes value) {
  auto at = action.offset.value_or(-1);
  if (at < 0) at += static_cast<std::int64_t>(value.size());
  if (at < 0 || at >= static_cast<std::int64_t>(value.size())) return std::nullopt;
  value[static_cast<std::size_t>(at)] ^= 0x01U;
  return value;
}

Edited truncated(const Action& action, Bytes value) {
  const auto count = action.count.value_or(1);
  if (count < 1 || count > static_cast<std::int64_t>(value.size())) return std::nullopt;
  value.resize(value.size() - static_cast<std::size_t>(count));
  return value;
}

Edited filled(const Action& action, Bytes value) {
  const auto part = region(action, value);
  if (!part) return std::nullopt;
  std::ranges::fill(*part, action.octets.front());
  return value;
}

Edited randomized(const Action& action, Bytes value, base::Rng& rng) {
  const auto part = region(action, value);
  if (!part || !rng.fill(*part)) return std::nullopt;
  return value;
}

Edited halves_swapped(Bytes value) {
  if (value.empty() || value.size() % 2 != 0) return std::nullopt;
  std::rotate(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(value.size() / 2), value.end());
  return value;
}

/// The octets between the first object's tag and its value, which may be wrong from now on.
Edited with_other_length(const Action& action, ByteView field) {
  tlv::Reader reader{field};
  const auto object = reader.next();
  if (!object) return std::nullopt;
  const std::size_t tag = object->tag > 0xFF ? 2 : 1;
  const auto header = object->raw.size() - object->value.size();
  return base::concat({field.first(tag), action.octets, field.subspan(header)});
}

Edited change_value(const Action& action, Bytes value, ByteView command, base::Rng& rng) {
  switch (action.verb) {
    case Verb::set: return replaced(action, std::move(value));
    case Verb::flip: return flipped(action, std::move(value));
    case Verb::truncate: return truncated(action, std::move(value));
    case Verb::extend: return base::concat({value, action.octets});
    case Verb::fill: return filled(action, std::move(value));
    case Verb::random: return randomized(action, std::move(value), rng);
    case Verb::swap_halves: return halves_swapped(std::move(value));
    case Verb::length: return with_other_length(action, value);
    case Verb::reflect: return value_at(command, action.from);
    case Verb::insert: {
      auto where = action;
      where.count = 0;
      where.offset = action.offset.value_or(0);
      return replaced(where, std::move(value));
    }
    default: return std::nullopt;
  }
}

/// `with` stands beside the object and changes places with it.
bool exchange(const Action& action, Nodes& nodes, std::size_t at) {
  const auto other = find(nodes, *action.with, {});
  if (!other || *other == at) return false;
  std::swap(nodes[at], nodes[*other]);
  return true;
}

bool change_object(const Action& action, Nodes& nodes, std::size_t at) {
  const auto place = nodes.begin() + static_cast<std::ptrdiff_t>(at);
  switch (action.verb) {
    case Verb::drop: nodes.erase(place); return true;
    case Verb::duplicate: {
      auto twin = *place;
      nodes.insert(place, std::move(twin));
      return true;
    }
    case Verb::retag: {
      tlv::Tag tag = 0;
      for (const auto octet : action.octets) tag = static_cast<tlv::Tag>((tag << 8U) | octet);
      place->tag = tag;
      return true;
    }
    case Verb::exchange: return exchange(action, nodes, at);
    default: return false;
  }
}

bool is_about_object(Verb verb) {
  return verb == Verb::drop || verb == Verb::duplicate || verb == Verb::retag || verb == Verb::exchange;
}

}  // namespace

std::optional<Bytes> edited(const Action& action, ByteView field, ByteView command, base::Rng& rng) {
  if (is_about_object(action.verb)) {
    return change_at(field, action.object, action.containing,
                     [&](Nodes& nodes, std::size_t at) { return change_object(action, nodes, at); });
  }
  if (action.object.empty()) return change_value(action, base::to_bytes(field), command, rng);
  return change_at(field, action.object, action.containing, [&](Nodes& nodes, std::size_t at) {
    auto value = change_value(action, nodes[at].value, command, rng);
    if (!value) return false;
    nodes[at].value = std::move(*value);
    return true;
  });
}

std::optional<Bytes> value_at(ByteView field, const Path& path) {
  if (path.empty()) return base::to_bytes(field);
  std::optional<Bytes> found;
  const auto unchanged = change_at(field, path, {}, [&](const Nodes& nodes, std::size_t at) {
    found = nodes[at].value;
    return true;
  });
  return unchanged ? found : std::nullopt;
}

}  // namespace cicada::applet_sim::misbehave
