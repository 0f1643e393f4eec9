// What the cases of terminal authentication share: the way to it, certificates of the statement's root, and what the
// chip has to say to each.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/conformance/model/expectation.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/terminal/terminal_authentication.h"
#include "cicada/conformance/terminal/test_pki.h"

namespace cicada::conformance::procedures {

/// How the session is opened.
enum class Way : std::uint8_t { strongest, bac, pace };
/// "bac", "pace"; anything else is the strongest.
[[nodiscard]] Way way_from(std::string_view word) noexcept;

/// Numbers of the keys in use (TestPki::holder).
inline constexpr unsigned kVerifierKey = 1;
inline constexpr unsigned kTerminalKey = 2;
inline constexpr unsigned kOtherKey = 3;

// Expectations of a protected answer.
[[nodiscard]] model::Expectation done();     ///< 9000
[[nodiscard]] model::Expectation refused();  ///< a checking error, or 63XX
[[nodiscard]] model::Expectation either();   ///< done or refused: what comes next decides

/// A verifier and a terminal below a root, with their certificates.
struct Chain {
  terminal::Holder verifier, system;
  base::Bytes verifier_certificate, system_certificate;
};
/// What the two may read.
struct Rights {
  bool verifier_dg3 = true, verifier_dg4 = true;
  bool system_dg3 = true, system_dg4 = true;
};

/// A case's run.
class EacRun {
 public:
  /// From a reset: the session, the application, chip authentication; the chip trusts the statement's root. Files that
  /// are wanted for it have been read before.
  [[nodiscard]] static std::expected<EacRun, model::Outcome> begin(Scene& scene, Way way = Way::strongest);
  /// The same once more, with the power away in between.
  [[nodiscard]] model::Outcome again(Way way = Way::strongest);

  [[nodiscard]] Scene& scene() noexcept { return *scene_; }
  [[nodiscard]] terminal::Terminal& terminal() noexcept { return scene_->terminal; }
  [[nodiscard]] const terminal::TestPki& pki() const noexcept { return pki_; }
  [[nodiscard]] const terminal::ta::Binding& binding() const noexcept { return binding_; }
  /// A certificate that is valid whatever day the chip believes it is, and does not move it: as long as the root's.
  [[nodiscard]] terminal::Terms always() const { return {.effective = pki_.effective, .expiration = pki_.expiration}; }

  [[nodiscard]] base::Result<terminal::Holder> holder(asn1::CvRole role, unsigned n);
  [[nodiscard]] base::Result<Chain> chain(const terminal::Holder& root, const Rights& rights = {},
                                          asn1::CvRole verifier = asn1::CvRole::dv_domestic);

  /// One command under the session, and what has to come back.
  [[nodiscard]] model::Outcome expect(const host::iso7816::CommandApdu& command, const model::Expectation& wanted,
                                      std::string_view what);
  /// MSE:Set DST and PSO:VERIFY CERTIFICATE, both 9000.
  [[nodiscard]] model::Outcome import(const std::string& authority, const base::Bytes& certificate,
                                      std::string_view what);
  /// MSE:Set DST, which may be refused, and PSO:VERIFY CERTIFICATE, which has to be.
  [[nodiscard]] model::Outcome refuse(const std::string& authority, const base::Bytes& certificate,
                                      std::string_view what);
  /// The positive control of cases that want a refusal: a chain that is right is taken, or the case is inconclusive,
  /// because a chip that takes nothing would pass it. Then begins again.
  [[nodiscard]] model::Outcome control(Way way = Way::strongest);
  /// Both certificates, 9000 everywhere.
  [[nodiscard]] model::Outcome import(const Chain& chain, const std::string& root);
  /// MSE:Set AT, GET CHALLENGE (8 octets), EXTERNAL AUTHENTICATE, 9000 everywhere.
  [[nodiscard]] model::Outcome authenticate(const terminal::Holder& system);
  /// GET CHALLENGE with 8 octets and 9000.
  [[nodiscard]] std::expected<base::Bytes, model::Outcome> challenge();
  /// "DG3" or "DG4" by its short identifier: one octet comes, or an error.
  [[nodiscard]] model::Outcome read_group(std::string_view group, bool readable);

  /// References in EF.CVCA, which has exactly 36 octets, zeros behind one or two objects 42.
  [[nodiscard]] std::expected<std::vector<std::string>, model::Outcome> trusted();
  /// The day that the chip believes it is: the last on which a certificate may expire and is still taken. Asks the chip
  /// with verifiers' certificates.
  [[nodiscard]] std::expected<std::chrono::sys_days, model::Outcome> day();

 private:
  EacRun(Scene& scene, terminal::TestPki pki) : scene_(&scene), pki_(std::move(pki)) {}
  [[nodiscard]] model::Outcome open(Way way);
  [[nodiscard]] model::Outcome authenticate_chip();
  [[nodiscard]] std::expected<bool, model::Outcome> takes_until(std::chrono::sys_days last);
  [[nodiscard]] std::expected<std::chrono::sys_days, model::Outcome> search_day();

  Scene* scene_;
  terminal::TestPki pki_;
  terminal::ta::Binding binding_;
};

/// Where DG14 says that EF.CVCA is (9303-11 §7.1.5); the chip is reset when DG14 had to be read for it.
struct CvcaPlace {
  std::uint16_t fid = 0x011C;
  std::optional<std::uint8_t> sfi = 0x1C;
};
[[nodiscard]] std::expected<CvcaPlace, model::Outcome> cvca_place(Scene& scene);

/// Something of the suite's own went wrong while certificates were made: not the chip's fault.
[[nodiscard]] model::Outcome suite_failed(const base::Error& error);

}  // namespace cicada::conformance::procedures

/// Leaves the function with the outcome unless it is a pass.
#define CICADA_PASS(expression)                                         \
  do {                                                                  \
    if (auto cicada_outcome = (expression); !cicada_outcome.passed()) { \
      return cicada_outcome;                                            \
    }                                                                   \
  } while (false)
