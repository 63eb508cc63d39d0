"""Everyday English words, written for Kanal: a word of them is no misspelling of another. Read by forms.py."""

_WORDS = """
    able accept across act add afford afraid agree ahead air allow almost alone already although amount angry animal answer apart apartment apple area
    argue arm around art aside attach attempt attend aunt average avoid award aware bad bake balance ball band bar base bath beach bean bear beat
    beautiful bed bee beer begin believe belong below belt bend benefit best bet big bike bill bird birth bite bitter black blanket bless blind blood
    blow board boat body bone book boot border born borrow boss both bother bottle bottom bowl boy brain brand bread breakfast breathe bridge brief
    bright bring brother brush build burn bus busy butter button cake calm camera camp campus cap care carpet carry case cat catch ceiling center
    central certain chain chance charger charity cheap cheat cheese chicken chief choice church circle city claim class clean clear climb clock cloud
    coach coast coat code coffee coin cold color comb comfort common company compare competition complete concert condition conference consider
    contain content contest continue control cook cool copy corn corner correct cotton couch could couple courage course court cousin cover cow craft
    cream credit crime cross crowd cruise cry culture curtain custom cut daily dance danger dark daughter dead deaf deal dear death decide deep degree
    dentist depend desert design desk detail develop device die differ dig dinner dirt dish distance divide doctor dog doll door doubt dream dress
    drink drive drop drug dry due dull dust each ear early earn earth east easy edge education effect effort egg eight elect electric eleven else
    employ empty end enemy energy engine enjoy enough enter equal escape essay event ever every exact exam example except excite exercise expect
    explain express extreme eye face fact fair faith fall false family famous fan far farm fashion fat father fear feed feel female fence festival
    fever few field fight figure fill finger finish fire fish five flag flat floor flour flow flower flu foam fog fold follow food fool foot football
    force foreign forest forever form former forward four fox free fresh friend front fruit full fun funny furniture further future gain game garage
    garden gas gate gather general gentle girl glad glass global goal god gold goods grade grain grand grass great ground group grow guard guess guide
    guitar gun guy gym habit hair half hall hammer hand handle hang happen happy hard hat hate head health hear heart heat heavy height hello high
    hike hill history hobby hold holiday holy honest hope horse hospital host hour human hundred hungry hunt hurry hurt husband ice idea imagine
    important include indeed inside instead insurance interest invest iron island issue jacket jam jeans jewel join joke journey judge juice jump
    junior just keen keep kick kill kind king kiss kitchen knee knife knock know ladder lake lamp land language large last late laugh laundry law lawn
    lawyer lay lazy lead leaf leak lean learn least leather lecture leg legal lemon length lesson letter level library license lie life lift like line
    lip liquid list listen literature little live local lonely look lottery loud love low luck lunch lung machine mad magazine magic main major male
    manage manner many map march mark market marriage marry mass master match material math matter maybe mayor meal mean measure meat media medicine
    member memory mention menu mess metal meter method middle mile milk mind minister minor mirror mix model modern moment monkey month moon moral
    mother mountain mouse mouth move movie mower much mud muscle museum music nail narrow nature near neat neck needle neighbor neither nerve never
    news night nine nobody noise none noodle normal north nose nothing notice novel number nurse nut object ocean odd offer office often oil olive
    once onion onto open operate opinion orange organ ought outside oven page pain paint pair palace pan pants park part party pass passenger passport
    past path patient peace pen pencil people pepper percent perfect perform perhaps period personal pet piano picture pie piece pig pill pilot pin
    pipe pizza place plain plan planet plant play please plenty pocket poem poet police policy polite political poor popular population position
    possible potato pour power practice pray prefer prepare present president pretty prevent priest primary prince print prison prize problem produce
    professor program promise proud public pull pump punish pupil puppy pure push put puzzle quality quarter queen quick quiet quite race radio rain
    raise range rare reach react ready real reason recent recipe recommend record relate relax religion repeat replace represent republic research
    resort respect rest result revenue ribbon rice rich ride right ring rise risk river road rock role roof room root rope rough round route row royal
    rude rule run rush sad salad salt sand sauce save scene schedule science scissors score screen sea season seat secretary seed seem senior sense
    sentence separate series serious serve service seven several shade shadow shake shall shame shape sharp shave sheet shelf shine shirt shoot shore
    shoulder shout shower shy sick side sight sign silence silk silly silver similar simple since sing single sister sit six skill skin skirt sky
    sleep slice slide slow smart smell smile smoke smooth snake snow soap soccer social sofa soft soil soldier solid solve somebody song soul sound
    soup south space spanish special speed spell spend spirit spoon sport spot spread spring square stage stair stamp stand star state station stay
    steam steel step stick stone storm story straight stranger stream street strength stress strike string strong structure struggle study stuff style
    subject succeed success sudden suffer sugar suggest suit summer sun supper supply support suppose sure surface surprise surround survive suspect
    swear sweet swim symptom system tail tailor taste taxi tea teach team teeth tell temple ten tennis tent term test thick thief thin thing think
    thirsty thousand thread three throat through throw thus tie tight tired title toe together toilet tomato tone tongue tool top total tour toward
    towel tower town toy track traffic trail train travel tree trip trouble truck true trust truth turn twelve twenty type ugly uncle understand unit
    universe upon upper upset urgent useful usual valley value various vegan vegetable version very victory view village visit voice vote wait wake
    walk wall war warm warn wash waste watch wave weak wealth wear weather wedding week weight welcome west wet wheel whether white whole wide wife
    wild win wind window wine wing winner winter wipe wise wish woman wonder wood word world worry worth wound wrist yard year yell yesterday young
    youth zero zone zoo
"""
ENGLISH = frozenset(_WORDS.split())
