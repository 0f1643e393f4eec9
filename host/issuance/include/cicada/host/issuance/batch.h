// A file of records: every line accepted or refused, and the count balances.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "cicada/base/error.h"
#include "cicada/host/issuance/record_reader.h"
#include "cicada/host/issuance/rules.h"

namespace cicada::host::issuance {

/// What of a record is compared with the other records of its batch.
struct BatchKeys {
  std::string number;      ///< twelve characters, or empty
  std::string old_number;  ///< the same of nine
  std::string person;      ///< name, birth and parents, folded; empty when a parent is missing
  std::string commune;     ///< province and commune; empty when the record does not say
  std::optional<Digest> portrait;
  bool has_birth = false;
  bool born_on_first_of_january = false;
};

/// What became of one record.
struct RecordOutcome {
  std::size_t line = 0;                        ///< of the file, from 1; of a CSV record that spans lines: the first
  std::string number;                          ///< as far as the line could be read; printable
  std::string document_number = {};            ///< the same, where the records become passports; else empty
  std::string name;                            ///< the same
  std::optional<CheckedDossier> dossier = {};  ///< there when the record was accepted
  Findings findings = {};
  Origin origin = {};                   ///< as far as it could be read
  Digest content = {};                  ///< of the record's octets as they stand in the file, without the line end
  std::optional<Digest> portrait = {};  ///< of a portrait that is fit for a chip, also of a record that is held
  BatchKeys keys = {};
  [[nodiscard]] bool accepted() const noexcept { return dossier.has_value(); }
  /// Refused, and only for a person to look at (no reject among the findings).
  [[nodiscard]] bool held() const noexcept;
};

/// Everything that a record tells by itself: read by `format`, checked against `context`. Safe to call from several
/// threads. Fails with crypto.
[[nodiscard]] base::Result<RecordOutcome> examine(const RawRecord& record, const RecordFormat& format,
                                                  const RuleContext& context);

/// Everything that only the other records of a batch tell. Give it every record, in the file's order: N02 a number
/// twice in the file, N03 one person with two numbers, N08 an old number of two people, P04 one portrait of two people,
/// D02 at the end. What a rejected record says is not held against later ones, except its number. About 300 octets of
/// memory a record.
class BatchRules {
 public:
  /// Borrows the policy; nothing (nullptr): no rule is changed, D02 as in law_2021().
  explicit BatchRules(const Policy* policy = nullptr) : policy_(policy) {}

  /// Adds findings; takes the dossier away when one of them refuses.
  void check(RecordOutcome& record);
  /// D02: about communes, not about one record.
  [[nodiscard]] Findings finish() const;

 private:
  struct Births {
    std::uint64_t records = 0;
    std::uint64_t first_of_january = 0;
  };
  struct Place {
    std::size_t line = 0;
    std::string number;
  };
  struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept;
  };
  void check_number(const RecordOutcome& record, Findings& findings);
  void check_person(const RecordOutcome& record, Findings& findings);

  const Policy* policy_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::unordered_map<std::string, Place> old_numbers_;
  std::unordered_map<std::size_t, Place> people_;  ///< by the hash of BatchKeys::person
  std::unordered_map<Digest, Place, DigestHash> portraits_;
  std::map<std::string, Births> births_;
};

/// The count at the end. Empty lines are no records.
struct BatchReport {
  std::size_t records = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;   ///< including those held
  std::size_t held = 0;      ///< of the refused: for a person to look at
  std::size_t warnings = 0;  ///< findings of severity warn, of all records
  std::size_t empty_lines = 0;
  Findings findings = {};  ///< about the batch as a whole
  [[nodiscard]] bool balances() const noexcept { return records == accepted + refused; }
};

/// Reads records one by one, applies every rule, and hands each outcome to `handle` in the file's order. One record
/// is in memory at a time. CRLF line ends, a byte order mark and a last line without an end are taken as they come.
/// Fails with io when reading fails, crypto.
[[nodiscard]] base::Result<BatchReport> read_batch(std::istream& records, const RuleContext& context,
                                                   const std::function<void(RecordOutcome&&)>& handle);
/// The same for another format. Fails besides with what RecordReader::open() says.
[[nodiscard]] base::Checked<BatchReport> read_batch(std::istream& records, const RecordFormat& format,
                                                    const RuleContext& context,
                                                    const std::function<void(RecordOutcome&&)>& handle);

}  // namespace cicada::host::issuance
