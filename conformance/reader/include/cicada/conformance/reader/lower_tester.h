// The side of the table that is not under test: it makes the card of a case and puts it in front of the reader.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/model/record.h"
#include "cicada/conformance/reader/case.h"
#include "cicada/host/transport/transport.h"

namespace cicada::conformance::reader {

/// What the holder shows, and what the inspection system has beside it.
struct Presented {
  std::string mrz;                 ///< the zone without line breaks
  std::string mrz_information;     ///< number, birth and expiry with their check digits
  std::string document_number;     ///< without fillers
  std::string birth_date;          ///< YYMMDD
  std::string expiry_date;         ///< YYMMDD
  std::string can;                 ///< empty: none is printed
  std::filesystem::path trust;     ///< folder: CSCA certificates and lists
  std::filesystem::path terminal;  ///< folder: CV certificates and the terminal's key; empty: the reader has none
};

/// One card in front of the reader. What passed is written down, as the card saw it.
class CardInField {
 public:
  CardInField() = default;
  CardInField(const CardInField&) = delete;
  CardInField& operator=(const CardInField&) = delete;
  CardInField(CardInField&&) = delete;
  CardInField& operator=(CardInField&&) = delete;
  virtual ~CardInField() = default;

  [[nodiscard]] virtual const Presented& presented() const noexcept = 0;
  /// The card in a slot of this process, with fresh power.
  [[nodiscard]] virtual host::transport::Transport& insert() = 0;
  /// The card in a virtual reader that listens at host:port, until a stop is asked for or the reader ends it. Fails
  /// with transport.
  [[nodiscard]] virtual base::Result<void> serve(const std::string& host, std::uint16_t port,
                                                 const std::stop_token& stop) = 0;
  /// What the card saw and said since the last call.
  [[nodiscard]] virtual std::vector<model::Exchange> take_exchanges() = 0;
};

class LowerTester {
 public:
  LowerTester() = default;
  LowerTester(const LowerTester&) = delete;
  LowerTester& operator=(const LowerTester&) = delete;
  LowerTester(LowerTester&&) = delete;
  LowerTester& operator=(LowerTester&&) = delete;
  virtual ~LowerTester() = default;

  /// Refuses words that it does not know, before anything is run.
  [[nodiscard]] virtual model::Checked<void> check(const CardOrder& order) const = 0;
  [[nodiscard]] virtual model::Checked<std::unique_ptr<CardInField>> make(const CardOrder& order) = 0;
};

}  // namespace cicada::conformance::reader
