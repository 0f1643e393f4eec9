// A secure session whose every octet is in the test's hands (9303-11 §9.8): commands may be bent, answers are observed
// and never refused. host/sm is the other way to do it, which forgives nothing and tells little.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/conformance/model/tamper.h"
#include "cicada/host/access/kdf.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::terminal {

using host::access::KeyKind;

/// What came back to a protected command. `wrong` says what was not as it must be, and is empty when all was.
struct Observation {
  bool secured = false;                     ///< had the objects of secure messaging; false: a plain answer
  std::uint16_t sw = 0;                     ///< of the answer's end
  std::optional<std::uint16_t> inner = {};  ///< DO'99'
  std::vector<std::uint8_t> objects = {};   ///< tags in their order
  base::Bytes data = {};                    ///< decrypted and without padding; of a plain answer as it came
  std::string wrong = {};                   ///< "the MAC is wrong", "DO'99' is missing", "DO'87' after DO'99'" ...

  /// secured, and nothing wrong.
  [[nodiscard]] bool sound() const noexcept { return secured && wrong.empty(); }
};

/// Keys and counter. Movable; clone() for tests that go on with old keys.
class Session {
 public:
  /// `ssc` has 8 octets (3DES) or 16 (AES). Fails with bad_input on other sizes.
  [[nodiscard]] static base::Result<Session> create(KeyKind kind, base::SecretBytes enc, base::SecretBytes mac,
                                                    base::ByteView ssc);
  Session(Session&&) noexcept = default;
  Session& operator=(Session&&) noexcept = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() = default;

  [[nodiscard]] Session clone() const;
  [[nodiscard]] KeyKind kind() const noexcept { return kind_; }

  /// The octets to send for `plain`, bent as `tampers` say; advances the counter (see stale_ssc, skip_ssc). Extended
  /// length when `plain` has it or when the protected command does not fit a short APDU. Fails with bad_input, and
  /// leaves the counter, for a tampering that has nothing to change (drop_le without Le) or excludes another one.
  [[nodiscard]] base::Result<base::Bytes> wrap(const host::iso7816::CommandApdu& plain,
                                               std::span<const model::Tamper> tampers = {});
  /// What came back to the command wrapped last; advances the counter when it was secured. Never fails on what a chip
  /// sends: it is put into words.
  [[nodiscard]] Observation unwrap(base::ByteView response, bool odd_ins);

 private:
  Session(KeyKind kind, base::SecretBytes enc, base::SecretBytes mac, base::Bytes ssc)
      : kind_(kind), enc_(std::move(enc)), mac_(std::move(mac)), ssc_(std::move(ssc)) {}
  KeyKind kind_;
  base::SecretBytes enc_;
  base::SecretBytes mac_;
  base::Bytes ssc_;
};

}  // namespace cicada::conformance::terminal
