// A command whose data field is made of data objects: as it should be, and as a test wants it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cicada/asn1/tlv.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::terminal {

struct DataObject {
  asn1::Tag tag = 0;
  base::Bytes value = {};
  std::optional<std::uint8_t> length = {};  ///< a length octet that lies
};

struct ObjectCommand {
  std::uint8_t cla = 0;
  std::uint8_t ins = 0;
  std::uint8_t p1 = 0;
  std::uint8_t p2 = 0;
  std::optional<asn1::Tag> frame = {};  ///< the template around the objects (7C); without it they stand alone
  std::vector<DataObject> objects = {};
  bool answered = false;  ///< has Le: as much as there is

  /// With extended length where the objects need it.
  [[nodiscard]] host::iso7816::CommandApdu apdu() const;
  /// The first object with this tag; null: there is none.
  [[nodiscard]] DataObject* find(asn1::Tag tag) noexcept;
};

/// Changes a command as cases word it; several changes stand with ';' between them, and tags and octets are
/// hexadecimal:
///   drop 80          the object is not there           retag 80 81      it has another tag
///   empty 80         it has no value                   set 83 7F        it has this value
///   append 80 01     octets more at its value's end    shorten 80       its value's last octet is gone
///   nest 80 06       its value is an object itself     flip 85          the lowest bit of its last octet
///   length 83 02     its length octet says this        add 81 0102      an object more at the end; value may be empty
///   frame 8C         the template's tag                no-frame         the objects without template
///   class 00         CLA
/// Fails with bad_input for other words, and with not_found when there is no such object.
[[nodiscard]] base::Result<void> bend(ObjectCommand& command, std::string_view changes);

}  // namespace cicada::conformance::terminal
