#include "surgery.h"

#include <algorithm>
#include <span>

namespace cicada::host::misissue {

using base::Bytes;
using base::ByteView;

namespace {

Objects objects_in(ByteView content) {
  Objects objects;
  for (const auto& object : must(asn1::read_all(content))) {
    objects.push_back({.tag = object.tag, .value = base::to_bytes(object.value)});
  }
  return objects;
}

Bytes joined(const Objects& objects) {
  Bytes octets;
  for (const auto& object : objects) asn1::append_tlv(octets, object.tag, object.value);
  return octets;
}

Bytes operated_content(ByteView content, std::span<const Place> way, const std::function<void(Objects&)>& change) {
  auto objects = objects_in(content);
  if (way.empty()) {
    change(objects);
    return joined(objects);
  }
  std::size_t seen = 0;
  for (auto& object : objects) {
    if (object.tag != way.front().tag || seen++ != way.front().index) continue;
    object.value = operated_content(object.value, way.subspan(1), change);
    return joined(objects);
  }
  give_up("the file does not have the object that the fault is about");
}

}  // namespace

void give_up(base::Literal what) {
  throw Failure{{.fault = base::Fault::bad_input, .what = what}};
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): callers write the way down in place
Bytes operated(ByteView file, std::vector<Place> way, const std::function<void(Objects&)>& change) {
  const auto whole = must(asn1::read_only(file));
  return asn1::encode_tlv(whole.tag, operated_content(whole.value, way, change));
}

Object& first(Objects& objects, asn1::Tag tag) {
  const auto found = std::ranges::find(objects, tag, &Object::tag);
  if (found == objects.end()) give_up("the file does not have the object that the fault is about");
  return *found;
}

void take_out(Objects& objects, asn1::Tag tag) {
  const auto& found = first(objects, tag);
  objects.erase(objects.begin() + (&found - objects.data()));
}

void take_out_at(Objects& objects, std::size_t index) {
  if (index >= objects.size()) give_up("the file does not have the object that the fault is about");
  objects.erase(objects.begin() + static_cast<std::ptrdiff_t>(index));
}

Bytes with_tag(Bytes file, std::uint8_t tag) {
  file.at(0) = tag;
  return file;
}

Bytes with_length(Bytes file, int difference) {
  const auto header = must(asn1::read_header(file));
  // The last octet of the length: the others stay, so it must neither overflow nor turn into a long form.
  auto& last = file.at(header.header_size - 1);
  const int changed = last + difference;
  const bool short_form = header.header_size == asn1::header_size(header.tag, 0);
  if (changed < 0 || changed > (short_form ? 0x7F : 0xFF)) give_up("the length cannot be changed by one");
  last = static_cast<std::uint8_t>(changed);
  return file;
}

void set_tag(Scene& scene, int group, std::uint8_t tag) {
  auto& file = scene.groups.at(group);
  file = with_tag(std::move(file), tag);
}

void shorten_length(Scene& scene, int group) {
  auto& file = scene.groups.at(group);
  file = with_length(std::move(file), -1);
  scene.signed_as[group] = Bytes{file.begin(), file.end() - 1};
}

void lengthen_length(Scene& scene, int group) {
  auto& file = scene.groups.at(group);
  file = with_length(std::move(file), 1);
}

}  // namespace cicada::host::misissue
