// Octets of files and certificates cut open: what no builder would write.
#pragma once

#include <functional>
#include <initializer_list>
#include <vector>

#include "cicada/asn1/tlv.h"
#include "cicada/host/misissue/scene.h"

namespace cicada::host::misissue {

/// A data object that can be changed. Its length is written anew when it is put back.
struct Object {
  asn1::Tag tag;
  base::Bytes value;
};
using Objects = std::vector<Object>;

/// The way to a constructed object: of the objects with a tag, the first, or the one that `index` counts from 0.
struct Place {
  asn1::Tag tag;
  std::size_t index = 0;
};

/// `file` is one object. Gives it with the objects inside the object at the end of `way` as `change` leaves them; an
/// empty way is the file itself. Throws Failure when the way leads nowhere.
[[nodiscard]] base::Bytes operated(base::ByteView file, std::vector<Place> way,
                                   const std::function<void(Objects&)>& change);
/// The first with this tag; throws Failure if there is none.
[[nodiscard]] Object& first(Objects& objects, asn1::Tag tag);
/// Takes the first with this tag out; throws Failure if there is none.
void take_out(Objects& objects, asn1::Tag tag);
/// Takes out the one at this place; throws Failure if there is none.
void take_out_at(Objects& objects, std::size_t index);

/// Another one-octet tag in front.
[[nodiscard]] base::Bytes with_tag(base::Bytes file, std::uint8_t tag);
/// A length that is one too small or too large; the octets stay. The length field keeps its size. Throws Failure when
/// it cannot.
[[nodiscard]] base::Bytes with_length(base::Bytes file, int difference);

/// The three faults of a data group's frame. A reader that goes by the length sees one octet less than is there, or
/// misses one; what it sees is what was signed.
void set_tag(Scene& scene, int group, std::uint8_t tag);
void shorten_length(Scene& scene, int group);
void lengthen_length(Scene& scene, int group);

/// What stops a forgery that cannot be done.
[[noreturn]] void give_up(base::Literal what);

}  // namespace cicada::host::misissue
